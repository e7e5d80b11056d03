import datetime
import uuid

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage
from django.db import IntegrityError
from django.utils import timezone

from core.uploads import PDF, CleanUpload, StorageUnavailable, private_storage
from core.virus_scan import Verdict
from core.workflow import TransitionNotAllowed
from exporters import tasks
from exporters.models import Document
from exporters.services import documents
from promexico_portal.celery import app
from tests import factories


@pytest.fixture
def application(db):
    return factories.application(complete=False)


def store(application, content=b"%PDF-1.4", key=None, **values) -> Document:
    return documents.store_document(
        application,
        CleanUpload("opinión.pdf", PDF, ContentFile(content)),
        **{
            "kind": "tax_opinion",
            "issued_on": timezone.localdate(),
            "actor": application.created_by,
            "key": key or uuid.uuid4(),
        }
        | values,
    )


def files_of(application) -> list[str]:
    try:
        return private_storage().listdir(f"documents/{application.reference}")[1]
    except FileNotFoundError:
        return []


def test_document_is_stored_with_its_facts(application):
    document = store(application)
    assert (document.original_name, document.content_type, document.size) == (
        "opinión.pdf", PDF, 8,
    )  # fmt: skip
    assert document.sha256 == CleanUpload("", PDF, ContentFile(b"%PDF-1.4")).sha256
    assert (document.check_status, document.scan_status) == ("pending", "pending")
    with document.file.open() as file:
        assert file.read() == b"%PDF-1.4"


def test_replacement_keeps_the_old_version(application):
    first = store(application)
    second = store(application, b"%PDF-1.5")
    first.refresh_from_db()
    assert first.replaced_at is not None
    assert list(application.documents.current()) == [second]
    with first.file.open() as file:
        assert file.read() == b"%PDF-1.4"


def test_documents_of_other_kinds_are_left_alone(application):
    store(application)
    store(application, kind="address")
    assert application.documents.current().count() == 2


def test_retry_with_the_same_key_finds_the_first_result(application):
    key = uuid.uuid4()
    first = store(application, key=key)
    files = files_of(application)
    assert store(application, key=key) == first
    assert application.documents.count() == 1
    assert files_of(application) == files


def test_other_file_with_the_same_key_is_a_new_version(application):
    """The page was still open, and the person sent the right file after the wrong one."""
    key = uuid.uuid4()
    first = store(application, key=key)
    second = store(application, b"%PDF-1.5 the right one", key=key)
    first.refresh_from_db()
    assert second != first
    assert first.replaced_at
    assert application.documents.current().get() == second


def test_key_of_another_application_gives_nothing_away(application):
    other = store(factories.application(complete=False))
    try:
        result = store(application, key=other.idempotency_key)
    except IntegrityError:
        return
    assert result != other


@pytest.mark.parametrize("status", ["submitted", "in_review", "approved", "rejected"])
def test_sent_application_takes_no_document(db, status):
    application = factories.application(status)
    before, files = application.documents.count(), files_of(application)
    with pytest.raises(TransitionNotAllowed):
        store(application)
    assert application.documents.count() == before
    assert files_of(application) == files


def test_application_that_came_back_takes_documents(db):
    application = factories.application("changes_requested")
    assert store(application)


def test_disk_that_refuses_leaves_no_row(application, monkeypatch, tmp_path):
    (tmp_path / "documents").write_text("a file where the folder should be")
    monkeypatch.setattr(documents, "private_storage", lambda: FileSystemStorage(tmp_path))
    with pytest.raises(StorageUnavailable):
        store(application)
    assert not application.documents.exists()


def test_row_that_fails_leaves_no_file(application):
    with pytest.raises(IntegrityError):
        store(application, actor=None)
    assert files_of(application) == []
    assert not application.documents.exists()


def test_removed_document_stays_on_record(application):
    document = store(application)
    documents.remove_document(document)
    assert not application.documents.current().exists()
    assert application.documents.count() == 1
    assert len(files_of(application)) == 1


def test_document_of_a_sent_application_is_not_removed(db):
    application = factories.application("submitted")
    with pytest.raises(TransitionNotAllowed):
        documents.remove_document(application.documents.current().first())
    assert application.documents.current().count() == 4


# --- The check in the worker -----------------------------------------------------------------


def checked(document) -> Document:
    documents.check_document(document)
    return Document.objects.get(pk=document.pk)


def test_check_draws_the_pages(application):
    document = checked(store(application, factories.pdf(pages=3)))
    assert (document.check_status, document.scan_status) == ("readable", "not_scanned")
    assert [page.number for page in document.pages.all()] == [1, 2, 3]
    with document.pages.first().file.open() as file:
        assert file.read(4) == b"RIFF"


def test_check_twice_gives_the_pages_once(application):
    document = store(application, factories.pdf(pages=2))
    documents.check_document(document)
    documents.check_document(document)
    assert document.pages.count() == 2


def test_check_says_that_a_pdf_does_not_open(application):
    document = checked(store(application, b"%PDF-1.4 broken"))
    assert document.check_status == "unreadable"
    assert not document.pages.exists()
    assert not document.is_usable


def test_check_of_a_picture_draws_no_pages(application):
    upload = CleanUpload("foto.jpg", "image/jpeg", ContentFile(factories.picture()))
    document = documents.store_document(
        application,
        upload,
        kind="address",
        issued_on=timezone.localdate(),
        actor=application.created_by,
        key=uuid.uuid4(),
    )
    document = checked(document)
    assert document.check_status == "readable"
    assert not document.pages.exists()


def test_check_notes_a_virus(application, monkeypatch):
    monkeypatch.setattr("core.virus_scan.scan", lambda path: Verdict.INFECTED)
    document = checked(store(application, factories.pdf()))
    assert document.scan_status == "infected"
    assert not document.is_usable


def test_check_is_ordered_after_the_commit(application, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as callbacks:
        store(application)
    assert len(callbacks) == 1


def test_task_checks_a_document_once(application, monkeypatch):
    document = store(application, factories.pdf())
    tasks.check_document(document.pk)
    monkeypatch.setattr(documents, "check_document", lambda row: pytest.fail("checked again"))
    tasks.check_document(document.pk)
    tasks.check_document(-1)  # deleted meanwhile


@pytest.fixture
def worker():
    """Tasks run as soon as they are sent; one that fails does so on its own."""
    app.conf.task_always_eager = True
    yield
    app.conf.task_always_eager = False


def test_sweep_picks_up_only_what_was_lost(application, worker):
    lost, fresh = store(application, factories.pdf()), store(application, kind="address")
    an_hour_ago = timezone.now() - datetime.timedelta(hours=1)
    Document.objects.filter(pk=lost.pk).update(uploaded_at=an_hour_ago)
    tasks.check_pending_documents()
    lost.refresh_from_db()
    fresh.refresh_from_db()
    assert (lost.check_status, fresh.check_status) == ("readable", "pending")


def test_sweep_goes_on_after_a_document_that_cannot_be_checked(application, worker):
    gone, good = store(application, factories.pdf()), store(application, factories.pdf())
    gone.file.storage.delete(gone.file.name)
    Document.objects.update(uploaded_at=timezone.now() - datetime.timedelta(hours=1))
    tasks.check_pending_documents()
    good.refresh_from_db()
    assert good.check_status == "readable"
