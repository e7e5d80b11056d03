"""Certificates: stored by the company, checked by staff, shown while they are valid."""

import datetime
import uuid

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage
from django.utils import timezone
from post_office.models import Email

from core.uploads import CleanUpload, StorageUnavailable, private_storage
from core.virus_scan import Verdict
from core.workflow import TransitionNotAllowed
from exporters import tasks
from exporters.models import Certificate, CertificatePage, Product
from exporters.services import certificate_checks, certificates
from pavilion.models import Listing
from promexico_portal.celery import app
from tests import factories
from tests.constraints import violates
from tests.races import at_once, failures, race

FACTS = {"kind": "organic", "name": "", "number": "ORG-1", "issued_by": "Ejemplo, A.C."}
REFUSAL = {"reason_code": "mismatch", "reason_text": "El número no coincide."}
DAY = datetime.timedelta(days=1)


@pytest.fixture
def company(db):
    return factories.application("approved").company


@pytest.fixture
def staff(db):
    return factories.coordinator()


@pytest.fixture
def worker():
    app.conf.task_always_eager = True
    yield
    app.conf.task_always_eager = False


def add(company, content=None, *, key=None, products=(), **facts) -> Certificate:
    return certificates.add_certificate(
        company,
        factories.clean_pdf("organico.pdf", content),
        facts=FACTS | {"valid_until": timezone.localdate() + 200 * DAY} | facts,
        products=list(products),
        actor=factories.owner_of(company),
        key=key or uuid.uuid4(),
    )


def readable(company, **values) -> Certificate:
    """One whose file the worker has looked at."""
    certificate = add(company, **values)
    certificate_checks.check_certificate(certificate)
    certificate.refresh_from_db()
    return certificate


def verified(company, staff, **values) -> Certificate:
    certificate = readable(company, **values)
    return certificate_checks.verify_certificate(certificate, actor=staff, seen=certificate.facts)


def edit(certificate, *, upload=None, products=None, **facts) -> Certificate:
    kept = {name: getattr(certificate, name) for name in certificates.FACTS}
    if products is None:
        products = list(certificate.products.values_list("pk", flat=True))
    return certificates.edit_certificate(
        certificate,
        facts=kept | facts,
        products=products,
        actor=factories.owner_of(certificate.company),
        upload=upload,
    )


def files_of(company) -> list[str]:
    try:
        return private_storage().listdir(f"certificates/{company.pk}")[1]
    except FileNotFoundError:
        return []


def facets(product) -> str:
    return Listing.objects.get(product=product).facets


def mailed(word: str) -> list[str]:
    return sorted(to for mail in Email.objects.filter(subject__contains=word) for to in mail.to)


# --- By the company ----------------------------------------------------------------------------


def test_certificate_is_stored_with_its_facts_and_waits(company):
    product = company.products.get()
    certificate = add(company, products=[product.pk])
    assert (certificate.number, certificate.original_name) == ("ORG-1", "organico.pdf")
    assert (certificate.check_status, certificate.scan_status) == ("pending", "pending")
    assert certificate.state == "pending"
    assert list(certificate.products.all()) == [product]
    assert "certificate" not in facets(product)


def test_retry_with_the_same_key_finds_the_first_result(company):
    key, content = uuid.uuid4(), factories.pdf()
    first = add(company, content, key=key)
    assert add(company, content, key=key) == first
    assert len(files_of(company)) == company.certificates.count() == 1


def test_other_document_with_the_same_key_is_another_certificate(company):
    key = uuid.uuid4()
    first = add(company, factories.pdf(1), key=key)
    assert add(company, factories.pdf(2), key=key) != first


def test_key_of_another_company_gives_nothing_away(company):
    other, content = factories.application("approved").company, factories.pdf()
    first = add(other, content)
    assert add(company, content, key=first.idempotency_key) != first


def test_product_of_another_company_is_not_taken(company):
    other = factories.product(factories.company())
    assert not add(company, products=[other.pk]).products.exists()


def test_disk_that_refuses_leaves_no_row(company, monkeypatch, tmp_path):
    (tmp_path / "certificates").write_text("a file where the folder should be")
    monkeypatch.setattr(certificates, "private_storage", lambda: FileSystemStorage(tmp_path))
    with pytest.raises(StorageUnavailable):
        add(company)
    assert not company.certificates.exists()


@pytest.mark.parametrize("status", ["submitted", "in_review", "rejected", "revoked"])
def test_certificates_are_not_changed_while_the_application_is_looked_at_or_has_ended(db, status):
    company = factories.application(status).company
    with pytest.raises(TransitionNotAllowed):
        add(company)
    assert files_of(company) == []
    row = Certificate.objects.create(
        company=company, kind="organic", size=1, uploaded_by=factories.owner_of(company)
    )
    for change in (lambda: edit(row, number="2"), lambda: certificates.remove_certificate(row)):
        with pytest.raises(TransitionNotAllowed):
            change()
    assert company.certificates.get().number == ""


def test_company_that_is_still_writing_its_application_adds_one(db):
    assert add(factories.application(complete=False).company)


def test_correction_of_a_fact_takes_the_check_back(company, staff):
    product = company.products.get()
    certificate = verified(company, staff, products=[product.pk])
    assert "=certificate-organic" in facets(product)
    edited = edit(certificate, number="ORG-2")
    assert (edited.state, edited.verified_at, edited.verified_by) == ("pending", None, None)
    assert "certificate" not in facets(product)
    product.refresh_from_db()
    assert product.changed_since_review


def test_products_change_without_a_new_check(company, staff):
    first, second = company.products.get(), factories.product(company, status="published")
    certificate = verified(company, staff, products=[first.pk])
    edited = edit(certificate, products=[second.pk])
    assert edited.state == "checked"
    assert "certificate" not in facets(first)
    assert "=certificate-organic" in facets(second)
    assert set(Product.objects.filter(changed_since_review=True)) == {first, second}


def test_what_changes_nothing_keeps_the_check(company, staff):
    assert edit(verified(company, staff)).state == "checked"


def test_correction_answers_a_refusal(company, staff):
    certificate = certificate_checks.refuse_certificate(readable(company), actor=staff, **REFUSAL)
    edited = edit(certificate, number="ORG-7")
    assert (edited.state, edited.refusal_code, edited.refusal_text) == ("pending", "", "")


def test_other_document_takes_the_place_of_the_first(
    company, staff, django_capture_on_commit_callbacks
):
    certificate = verified(company, staff)
    first, page = certificate.file.name, certificate.pages.get().file.name
    with django_capture_on_commit_callbacks(execute=True):
        edited = edit(certificate, upload=factories.clean_pdf("nuevo.pdf", factories.pdf(2)))
    assert (edited.original_name, edited.state) == ("nuevo.pdf", "pending")
    assert edited.check_status == "pending"
    assert not edited.pages.exists()
    storage = private_storage()
    assert not storage.exists(first)
    assert not storage.exists(page)
    assert storage.exists(edited.file.name)


def test_removed_certificate_takes_its_files_with_it(
    company, staff, django_capture_on_commit_callbacks
):
    product = company.products.get()
    certificate = verified(company, staff, products=[product.pk])
    page = certificate.pages.get().file.name
    with django_capture_on_commit_callbacks(execute=True):
        certificates.remove_certificate(certificate)
    assert files_of(company) == []
    assert not private_storage().exists(page)
    assert "certificate" not in facets(product)
    with pytest.raises(TransitionNotAllowed):
        certificates.remove_certificate(certificate)


# --- By staff ----------------------------------------------------------------------------------


def test_checked_certificate_is_shown_and_its_company_is_told(company, staff):
    product = company.products.get()
    quality = product.quality
    certificate = verified(company, staff, products=[product.pk])
    assert (certificate.state, certificate.verified_by) == ("checked", staff)
    assert "=certificate-organic" in facets(product)
    product.refresh_from_db()
    assert product.quality > quality
    assert mailed("certificado verificado") == [factories.owner_of(company).email]


def test_refused_certificate_is_not_shown_and_its_company_is_told_why(company, staff):
    certificate = certificate_checks.refuse_certificate(readable(company), actor=staff, **REFUSAL)
    assert (certificate.state, certificate.refused_by) == ("refused", staff)
    mail = Email.objects.get(subject__contains="no aceptado")
    assert "El número no coincide." in mail.message
    assert "Los datos no coinciden" in mail.message or "do not match" in mail.message


@pytest.mark.parametrize("language", ["es", "en", "zh-hans"])
def test_mail_is_in_the_language_of_the_company(company, staff, language):
    company.language = language
    company.save()
    subjects = {"es": "verificado", "en": "checked", "zh-hans": "已核验"}
    verified(company, staff)
    assert mailed(subjects[language])


def test_check_can_be_taken_back(company, staff):
    product = company.products.get()
    certificate = verified(company, staff, products=[product.pk])
    refused = certificate_checks.refuse_certificate(certificate, actor=staff, **REFUSAL)
    assert (refused.state, refused.verified_at) == ("refused", None)
    assert "certificate" not in facets(product)


def test_refusal_can_be_taken_back(company, staff):
    refused = certificate_checks.refuse_certificate(readable(company), actor=staff, **REFUSAL)
    again = certificate_checks.verify_certificate(refused, actor=staff, seen=refused.facts)
    assert (again.state, again.refusal_code) == ("checked", "")


@pytest.mark.parametrize("again", ["verify", "refuse"])
def test_same_decision_is_not_made_twice(company, staff, again):
    certificate = readable(company)

    def decide():
        if again == "verify":
            certificate_checks.verify_certificate(certificate, actor=staff, seen=certificate.facts)
        else:
            certificate_checks.refuse_certificate(certificate, actor=staff, **REFUSAL)

    decide()
    sent = Email.objects.count()
    with pytest.raises(TransitionNotAllowed):
        decide()
    assert Email.objects.count() == sent


def test_nobody_checks_what_has_changed_since_it_was_read(company, staff):
    certificate = readable(company)
    seen = certificate.facts
    edit(certificate, issued_by="Otra, A.C.")
    with pytest.raises(TransitionNotAllowed):
        certificate_checks.verify_certificate(certificate, actor=staff, seen=seen)
    assert company.certificates.get().verified_at is None


def test_nobody_checks_a_certificate_whose_file_nobody_could_read(company, staff, monkeypatch):
    waiting, broken = add(company), readable(company, content=b"%PDF-1.4 broken")
    monkeypatch.setattr("core.virus_scan.scan", lambda path: Verdict.INFECTED)
    infected = readable(company)
    for certificate in (waiting, broken, infected):
        with pytest.raises(TransitionNotAllowed):
            certificate_checks.verify_certificate(certificate, actor=staff, seen=certificate.facts)


def test_expired_certificate_is_not_checked(company, staff):
    certificate = readable(company, valid_until=timezone.localdate() - DAY)
    with pytest.raises(TransitionNotAllowed):
        certificate_checks.verify_certificate(certificate, actor=staff, seen=certificate.facts)


@pytest.mark.parametrize("code", ["", "because"])
def test_refusal_needs_a_reason_and_an_explanation(company, staff, code):
    certificate = readable(company)
    for values in ({**REFUSAL, "reason_code": code}, {**REFUSAL, "reason_text": " "}):
        with pytest.raises(TransitionNotAllowed):
            certificate_checks.refuse_certificate(certificate, actor=staff, **values)
    assert company.certificates.get().refused_at is None


@pytest.mark.parametrize("who", ["finance", "auditor", "exporter", "team"])
def test_only_coordinators_outside_the_team_check(company, who):
    if who == "team":
        actor = factories.coordinator()
        company.team.create(user=actor, role="editor")
    else:
        actor = getattr(factories, who)()
    certificate = readable(company)
    with pytest.raises(TransitionNotAllowed):
        certificate_checks.verify_certificate(certificate, actor=actor, seen=certificate.facts)
    with pytest.raises(TransitionNotAllowed):
        certificate_checks.refuse_certificate(certificate, actor=actor, **REFUSAL)


def test_check_that_cannot_be_mailed_is_not_made(company, staff, monkeypatch):
    certificate = readable(company)
    monkeypatch.setattr("core.mail.queue", lambda *args, **kwargs: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        certificate_checks.verify_certificate(certificate, actor=staff, seen=certificate.facts)
    assert company.certificates.get().verified_at is None


# --- By the portal -----------------------------------------------------------------------------


def test_worker_draws_the_pages_once(company):
    certificate = add(company, factories.pdf(pages=2))
    tasks.check_certificate(certificate.pk)
    tasks.check_certificate(certificate.pk)
    certificate_checks.check_certificate(certificate)
    certificate.refresh_from_db()
    assert (certificate.check_status, certificate.scan_status) == ("readable", "not_scanned")
    assert [page.number for page in certificate.pages.all()] == [1, 2]


def test_photo_needs_no_pages(company):
    certificate = certificates.add_certificate(
        company,
        CleanUpload("foto.jpg", "image/jpeg", ContentFile(factories.picture())),
        facts=FACTS | {"valid_until": None},
        products=[],
        actor=factories.owner_of(company),
        key=uuid.uuid4(),
    )
    certificate_checks.check_certificate(certificate)
    certificate.refresh_from_db()
    assert certificate.is_readable
    assert not certificate.pages.exists()


def test_check_of_a_file_that_was_replaced_meanwhile_counts_not(company):
    stale = add(company, factories.pdf(1))
    edit(stale, upload=factories.clean_pdf("nuevo.pdf", factories.pdf(3)))
    certificate_checks.check_certificate(stale)
    now = company.certificates.get()
    assert now.check_status == "pending"
    assert not now.pages.exists()


def test_sweep_picks_up_what_was_lost(company, worker):
    lost, fresh = add(company), add(company)
    Certificate.objects.filter(pk=lost.pk).update(uploaded_at=timezone.now() - DAY)
    tasks.check_pending_documents()
    lost.refresh_from_db()
    fresh.refresh_from_db()
    assert (lost.check_status, fresh.check_status) == ("readable", "pending")


def test_certificate_is_shown_through_its_last_day_and_not_after_it(company, staff):
    product, today = company.products.get(), timezone.localdate()
    verified(company, staff, products=[product.pk], valid_until=today + DAY)
    for days, shown in ((0, True), (1, True), (2, False)):
        noon = datetime.datetime.combine(
            today + days * DAY, datetime.time(12), timezone.get_current_timezone()
        )
        with time_machine.travel(noon, tick=False):
            tasks.tend_certificates()
            assert ("=certificate-organic" in facets(product)) == shown
            assert Certificate.objects.shown(timezone.localdate()).exists() == shown


def test_end_is_made_up_for_after_nights_without_a_worker_and_announced_once(
    company, staff, django_assert_max_num_queries
):
    product = company.products.get()
    certificate = verified(company, staff, products=[product.pk])
    Certificate.objects.filter(pk=certificate.pk).update(
        valid_until=timezone.localdate() - 20 * DAY
    )
    tasks.tend_certificates()
    assert "certificate" not in facets(product)
    with django_assert_max_num_queries(6):
        tasks.tend_certificates()


@pytest.mark.parametrize(("days", "mails"), [(31, 0), (30, 1), (1, 1), (0, 1)])
def test_company_is_reminded_once_before_the_end(company, staff, days, mails):
    verified(company, staff, valid_until=timezone.localdate() + days * DAY)
    tasks.tend_certificates()
    tasks.tend_certificates()
    assert len(mailed("vigente hasta")) == mails


def test_company_that_has_renewed_it_is_not_reminded(company, staff):
    verified(company, staff, valid_until=timezone.localdate() + 10 * DAY)
    add(company, factories.pdf(2), valid_until=timezone.localdate() + 400 * DAY)
    tasks.tend_certificates()
    assert not mailed("vigente hasta")


def test_company_outside_the_programme_is_not_reminded(company, staff):
    verified(company, staff, valid_until=timezone.localdate() + 10 * DAY)
    company.applications.update(status="revoked")
    tasks.tend_certificates()
    assert not mailed("vigente hasta")


def test_draft_of_a_company_is_nobody_elses_business(db):
    company = factories.application(complete=False).company
    add(company)
    assert not Certificate.objects.sent().exists()
    assert not Certificate.objects.to_check(timezone.localdate()).exists()


# --- Constraints -------------------------------------------------------------------------------


def test_other_certificate_has_a_name(company):
    add(company)
    with violates(Certificate, "other_certificate_has_a_name"):
        Certificate.objects.update(kind="other")


def test_checked_certificate_has_its_checker(company):
    add(company)
    with violates(Certificate, "checked_certificate_has_its_checker"):
        Certificate.objects.update(verified_at=timezone.now())


@pytest.mark.parametrize("values", [{"refusal_code": "other"}, {"refusal_text": "No."}, {}])
def test_refused_certificate_has_its_reason(company, values):
    add(company)
    given = values or {"refused_at": timezone.now(), "refused_by": factories.person()}
    with violates(Certificate, "refused_certificate_has_its_reason"):
        Certificate.objects.update(**given)


def test_certificate_is_checked_or_refused(company, staff):
    verified(company, staff)
    with violates(Certificate, "certificate_is_checked_or_refused"):
        Certificate.objects.update(
            refused_at=timezone.now(), refused_by=staff, refusal_code="other"
        )


def test_page_is_once_in_certificate(company):
    certificate = readable(company)
    with violates(CertificatePage, "page_is_once_in_certificate"):
        certificate.pages.create(number=1, file="x")


# --- At the same moment ------------------------------------------------------------------------


@race
def test_of_two_checks_at_once_one_is_made_and_mailed():
    company, staff = factories.application("approved").company, factories.coordinator()
    certificate = readable(company)
    results = at_once(
        *[
            lambda: certificate_checks.verify_certificate(
                certificate, actor=staff, seen=certificate.facts
            )
        ]
        * 2
    )
    assert [type(error) for error in failures(results)] == [TransitionNotAllowed]
    assert len(mailed("certificado verificado")) == 1


@race
def test_check_and_correction_at_once_never_show_what_nobody_saw():
    company, staff = factories.application("approved").company, factories.coordinator()
    certificate = readable(company)
    seen = certificate.facts
    at_once(
        lambda: certificate_checks.verify_certificate(certificate, actor=staff, seen=seen),
        lambda: edit(certificate, number="ORG-9"),
    )
    now = company.certificates.get()
    assert (now.number, now.verified_at) == ("ORG-9", None)


@race
def test_two_nights_at_once_remind_once():
    company, staff = factories.application("approved").company, factories.coordinator()
    verified(company, staff, valid_until=timezone.localdate() + 5 * DAY)
    today = timezone.localdate()
    results = at_once(*[lambda: certificate_checks.tend_certificates(today)] * 2)
    assert not failures(results)
    assert len(mailed("vigente hasta")) == 1
