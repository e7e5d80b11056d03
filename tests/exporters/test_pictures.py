"""Pictures of products: stored once, prepared by the worker, put in order, taken away."""

import datetime
import io
import shutil
import threading
import uuid

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage
from django.db.models import QuerySet
from django.utils import timezone
from PIL import Image

from core.uploads import PDF, CleanUpload, StorageUnavailable, private_storage
from core.workflow import TransitionNotAllowed
from exporters import tasks
from exporters.models import Product, ProductPicture
from exporters.picture_files import refusal
from exporters.services import moderation, pictures, products, review
from pavilion.models import Listing
from promexico_portal.celery import app
from tests import factories
from tests.constraints import violates
from tests.races import at_once, failures, race

TEXTS = {"alt_es": "Caja de aguacates", "alt_en": "Box of avocados", "alt_zh_hans": "一箱牛油果"}
REASON = {"reason_code": "complaints", "reason_text": "Quejas de compradores."}


@pytest.fixture
def product(db):
    """Of a company that is still writing its application."""
    application = factories.application(complete=False)
    products.save_product(application, factories.new_product(application.company))
    return application.company.products.get()


@pytest.fixture
def public(db):
    return factories.application("approved").company.products.get()


@pytest.fixture
def worker():
    """Tasks run as soon as they are sent; one that fails does so on its own."""
    app.conf.task_always_eager = True
    yield
    app.conf.task_always_eager = False


def an_upload(size=(640, 480), kind: str = "JPEG", **options) -> CleanUpload:
    content = factories.picture(kind, size, **options)
    return CleanUpload("foto.jpg", f"image/{kind.lower()}", ContentFile(content))


def add(product, upload=None, key=None, **texts) -> ProductPicture:
    return pictures.add_picture(
        product, upload or an_upload(), texts=TEXTS | texts, key=key or uuid.uuid4()
    )


def prepared(product, upload=None, **texts) -> ProductPicture:
    picture = add(product, upload, **texts)
    pictures.prepare_picture(picture)
    return ProductPicture.objects.get(pk=picture.pk)


def names(folder: str, storage) -> list[str]:
    try:
        return sorted(storage.listdir(folder)[1])
    except FileNotFoundError:
        return []


def originals(product) -> list[str]:
    return names(f"pictures/{product.pk}", private_storage())


def public_files() -> list[str]:
    return names("products", default_storage)


def order(product) -> list[str]:
    return [picture.alt_es for picture in product.pictures.all()]


# --- Adding ----------------------------------------------------------------------------------


def test_picture_waits_behind_the_others_with_its_upload_kept(product):
    first, second = add(product), add(product, alt_es="De cerca")
    assert (first.status, first.position, second.position) == ("pending", 0, 1)
    assert (second.alt_es, second.alt_en, second.alt_zh_hans) == (
        "De cerca", "Box of avocados", "一箱牛油果",
    )  # fmt: skip
    assert len(originals(product)) == 2
    assert public_files() == []


def test_retry_with_the_same_key_finds_the_first_result(product):
    key, upload = uuid.uuid4(), an_upload()
    first = add(product, upload, key)
    assert add(product, upload, key) == first
    assert product.pictures.count() == 1
    assert len(originals(product)) == 1


def test_other_picture_with_the_same_key_is_another_one(product):
    """The page was still open, and the person sent the next picture from it."""
    key = uuid.uuid4()
    first = add(product, key=key)
    assert add(product, an_upload((800, 600)), key) != first
    assert product.pictures.count() == 2


def test_product_has_at_most_eight_pictures(product):
    for _ in range(8):
        add(product)
    with pytest.raises(TransitionNotAllowed):
        add(product)
    assert product.pictures.count() == len(originals(product)) == 8


def test_place_that_became_free_is_used_behind_the_last(product):
    first, _second = add(product), add(product, alt_es="2")
    pictures.remove_picture(first)
    assert add(product, alt_es="3").position == 2
    assert order(product) == ["2", "3"]


@pytest.mark.parametrize("text", ["", "  "])
def test_picture_needs_its_text_in_spanish(product, text):
    with pytest.raises(TransitionNotAllowed):
        add(product, alt_es=text)
    assert not product.pictures.exists()
    assert originals(product) == []


@pytest.mark.parametrize(
    ("upload", "refused"),
    [
        (CleanUpload("foto.pdf", PDF, ContentFile(b"%PDF-1.4")), True),
        (an_upload((399, 300)), True),
        (an_upload((300, 399)), True),
        (an_upload((400, 20)), False),
        (an_upload((300, 400), "PNG"), False),
        (an_upload((1600, 1600), "WEBP"), False),
    ],
)
def test_only_pictures_that_are_large_enough_are_taken(product, upload, refused):
    assert bool(refusal(upload)) == refused
    if refused:
        with pytest.raises(TransitionNotAllowed):
            add(product, upload)
    else:
        assert add(product, upload)
    assert len(originals(product)) == (not refused)


def test_disk_that_refuses_leaves_no_row(product, monkeypatch, tmp_path):
    (tmp_path / "pictures").write_text("a file where the folder should be")
    monkeypatch.setattr(pictures, "private_storage", lambda: FileSystemStorage(tmp_path))
    with pytest.raises(StorageUnavailable):
        add(product)
    assert not product.pictures.exists()


@pytest.mark.parametrize("status", ["submitted", "in_review", "rejected", "withdrawn", "revoked"])
def test_pictures_are_not_changed_while_the_application_is_looked_at_or_has_ended(db, status):
    product = factories.application(status).company.products.get()
    picture = ProductPicture.objects.create(product=product, status="pending", alt_es="x")
    for change in (
        lambda: add(product),
        lambda: pictures.move_picture(picture, 0),
        lambda: pictures.save_alt(picture, TEXTS),
        lambda: pictures.remove_picture(picture),
    ):
        with pytest.raises(TransitionNotAllowed):
            change()
    assert product.pictures.get().alt_es == "x"
    assert originals(product) == []


@pytest.mark.parametrize("status", ["approved", "suspended"])
def test_approved_or_suspended_company_changes_its_pictures(db, status):
    assert add(factories.application(status).company.products.get())


def test_product_that_is_being_looked_at_rests(public):
    Product.objects.filter(pk=public.pk).update(status="in_review")
    with pytest.raises(TransitionNotAllowed):
        add(public)


def test_product_that_was_deleted_takes_no_picture(product):
    gone = Product.objects.get(pk=product.pk)
    product.delete()
    with pytest.raises(TransitionNotAllowed):
        add(gone)


def test_work_is_ordered_after_the_commit(product, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as callbacks:
        add(product)
    assert len(callbacks) == 1


# --- The worker ------------------------------------------------------------------------------


def test_worker_makes_three_sizes_and_notes_the_largest(product):
    picture = prepared(product, an_upload((2000, 1000)))
    assert (picture.status, picture.width, picture.height) == ("ready", 1600, 800)
    stem = picture.file.name.removesuffix("-1600.webp")
    assert picture.public_files == [f"{stem}-{width}.webp" for width in (1600, 800, 400)]
    for name, width in zip(picture.public_files, (1600, 800, 400), strict=True):
        with default_storage.open(name) as file, Image.open(file) as image:
            assert (image.format, image.size) == ("WEBP", (width, width // 2))


def test_small_picture_is_not_enlarged_and_is_offered_once_a_size(product):
    picture = prepared(product, an_upload((500, 1000)))
    assert (picture.width, picture.height) == (500, 1000)
    sizes = [entry.split()[1] for entry in picture.srcset.split(", ")]
    assert sizes == ["200w", "400w", "500w"]


def test_place_where_it_was_taken_is_gone_from_what_buyers_get(product):
    exif = Image.Exif()
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2] = "N", (19.0, 25.0, 10.0)
    exif[0x0110] = "Telefono de Silvia"
    upload = an_upload((1200, 900), exif=exif)
    with Image.open(upload.file) as image:
        assert image.getexif().get_ifd(0x8825)  # it was there, even past the rules of uploads
    picture = prepared(product, upload)
    for name in picture.public_files:
        with default_storage.open(name) as file:
            content = file.read()
        assert b"Telefono" not in content
        with Image.open(io.BytesIO(content)) as image:
            assert not image.getexif()
            assert "exif" not in image.info


def test_picture_is_turned_as_the_camera_meant_it(product):
    exif = Image.Exif()
    exif[0x0112] = 6
    picture = prepared(product, an_upload((800, 600), exif=exif))
    assert (picture.width, picture.height) == (600, 800)


def test_preparing_twice_stores_once(product):
    picture = add(product)
    pictures.prepare_picture(picture)
    files = public_files()
    pictures.prepare_picture(picture)
    assert public_files() == files
    assert len(files) == 3


def test_upload_that_cannot_be_read_is_said_to_be_so(product):
    picture = add(product)
    with open(picture.original.path, "wb") as file:
        file.write(b"no picture")
    pictures.prepare_picture(picture)
    assert product.pictures.get().status == "failed"
    assert public_files() == []


def test_upload_that_was_lost_is_said_to_be_so(product):
    picture = add(product)
    private_storage().delete(picture.original.name)
    pictures.prepare_picture(picture)
    assert product.pictures.get().status == "failed"


def test_full_disk_leaves_nothing_half_done_and_is_tried_again(product, monkeypatch):
    picture, save, saved = add(product), FileSystemStorage.save, []

    def refuse_the_third(storage, name, content, **options):
        if len(saved) == 2:
            raise OSError("disk full")
        saved.append(name)
        return save(storage, name, content, **options)

    with monkeypatch.context() as patch:
        patch.setattr(FileSystemStorage, "save", refuse_the_third)
        with pytest.raises(OSError, match="disk full"):
            pictures.prepare_picture(picture)
    assert product.pictures.get().status == "pending"
    assert public_files() == []
    pictures.prepare_picture(picture)
    assert product.pictures.get().status == "ready"


def test_picture_removed_meanwhile_leaves_no_file(product, django_capture_on_commit_callbacks):
    picture = add(product)
    with django_capture_on_commit_callbacks(execute=True):
        pictures.remove_picture(picture)
    shutil.copy(__file__, private_storage().path("spare"))
    picture.original.name = "spare"
    pictures.prepare_picture(picture)
    assert public_files() == []


def test_picture_that_is_ready_raises_the_quality_and_shows_on_the_card(public):
    before = public.quality
    picture = prepared(public)
    public.refresh_from_db()
    assert public.quality > before
    assert picture.file.url in Listing.objects.get(product=public).card_es
    assert public.changed_since_review


def test_draft_is_not_marked_as_changed(product):
    prepared(product)
    product.refresh_from_db()
    assert not product.changed_since_review


def test_sweep_prepares_what_was_lost_with_a_worker(product, worker):
    lost, fresh = add(product), add(product)
    gone = add(product)
    an_hour_ago = timezone.now() - datetime.timedelta(hours=1)
    ProductPicture.objects.exclude(pk=fresh.pk).update(uploaded_at=an_hour_ago)
    private_storage().delete(gone.original.name)
    tasks.check_pending_documents()
    found = dict(product.pictures.values_list("pk", "status"))
    assert found == {lost.pk: "ready", fresh.pk: "pending", gone.pk: "failed"}


def test_task_prepares_once_and_survives_a_picture_that_is_gone(product, monkeypatch):
    picture = add(product)
    tasks.prepare_picture(picture.pk)
    monkeypatch.setattr(pictures, "prepare_picture", lambda row: pytest.fail("again"))
    tasks.prepare_picture(picture.pk)
    tasks.prepare_picture(-1)


# --- Order, texts, removing -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("which", "position", "expected"),
    [(0, 1, "bac"), (2, 0, "cab"), (1, 1, "abc"), (0, 99, "bca"), (2, -1, "cab")],
)
def test_picture_goes_to_its_place_and_the_others_make_room(product, which, position, expected):
    rows = [add(product, alt_es=letter) for letter in "abc"]
    pictures.move_picture(rows[which], position)
    pictures.move_picture(rows[which], position)  # a double click asks for the same place
    assert "".join(order(product)) == expected


def test_first_picture_is_the_one_on_the_card(public):
    first, second = prepared(public), prepared(public)
    pictures.move_picture(second, 0)
    card = Listing.objects.get(product=public).card_es
    assert second.file.url in card
    assert first.file.url not in card


def test_texts_are_changed_and_the_programme_looks_again(public):
    picture = prepared(public)
    Product.objects.update(changed_since_review=False)
    pictures.save_alt(picture, TEXTS)
    public.refresh_from_db()
    assert not public.changed_since_review  # nothing was changed
    pictures.save_alt(picture, {"alt_es": "De cerca"})
    picture.refresh_from_db()
    public.refresh_from_db()
    assert (picture.alt_es, picture.alt_en) == ("De cerca", "")
    assert public.changed_since_review


def test_text_in_spanish_cannot_be_emptied(product):
    picture = add(product)
    with pytest.raises(TransitionNotAllowed):
        pictures.save_alt(picture, TEXTS | {"alt_es": " "})
    assert product.pictures.get().alt_es == TEXTS["alt_es"]


def test_removed_picture_takes_its_files_with_it(public, django_capture_on_commit_callbacks):
    picture, other = prepared(public), prepared(public)
    with django_capture_on_commit_callbacks(execute=True):
        pictures.remove_picture(picture)
        assert len(public_files()) == 6  # until the commit
    pictures.remove_picture(picture)  # a second click
    assert public_files() == sorted(name.rpartition("/")[2] for name in other.public_files)
    assert len(originals(public)) == 1
    assert picture.file.url not in Listing.objects.get(product=public).card_es


def test_picture_without_an_upload_of_its_own_leaves_the_shared_file(
    product, django_capture_on_commit_callbacks
):
    shared = prepared(product)
    twin = ProductPicture.objects.create(
        product=product, file=shared.file.name, width=640, height=480, alt_es="Igual"
    )
    with django_capture_on_commit_callbacks(execute=True):
        pictures.remove_picture(twin)
    assert len(public_files()) == 3


def test_deleted_product_takes_the_files_of_its_pictures_with_it(
    product, django_capture_on_commit_callbacks
):
    prepared(product)
    add(product)
    application = product.company.applications.get()
    with django_capture_on_commit_callbacks(execute=True):
        products.delete_product(application, product)
    assert public_files() == originals(product) == []


# --- The address ends with the publication ------------------------------------------------------


def suspend(product, call) -> None:
    application = product.company.applications.get()
    with call(execute=True):
        review.suspend_application(application, actor=factories.manager(), **REASON)


def test_pictures_of_a_suspended_vendor_get_another_address(
    public, worker, django_capture_on_commit_callbacks
):
    picture = prepared(public)
    old = picture.public_files
    suspend(public, django_capture_on_commit_callbacks)
    tasks.check_pending_documents()  # as when the broker has lost the task
    picture.refresh_from_db()
    assert not picture.address_ends
    assert not set(picture.public_files) & set(old)
    assert all(default_storage.exists(name) for name in picture.public_files)


def test_old_address_is_dead_once_the_new_one_stands(public, django_capture_on_commit_callbacks):
    picture = prepared(public)
    old = picture.public_files
    pictures.end_addresses(public.company, [public.pk])
    with django_capture_on_commit_callbacks(execute=True):
        tasks.readdress_picture(picture.pk)
    assert not any(default_storage.exists(name) for name in old)
    assert len(public_files()) == 3
    tasks.readdress_picture(picture.pk)
    assert len(public_files()) == 3


def test_vendor_that_is_back_already_has_the_new_address_on_its_card(public):
    picture = prepared(public)
    pictures.end_addresses(public.company)
    pictures.readdress_picture(picture)
    fresh = ProductPicture.objects.get(pk=picture.pk)
    assert fresh.file.url in Listing.objects.get(product=public).card_es


def test_hidden_product_gets_other_addresses_and_its_neighbour_keeps_its_own(public):
    neighbour = factories.product(public.company, status="published")
    hidden, kept = prepared(public), prepared(neighbour)
    moderation.hide_product(
        public, actor=factories.coordinator(), reason_code="picture", reason_text="Borrosa."
    )
    hidden.refresh_from_db()
    kept.refresh_from_db()
    assert (hidden.address_ends, kept.address_ends) == (True, False)


def test_sweep_ends_the_addresses_that_a_dead_broker_left(
    public, worker, django_capture_on_commit_callbacks
):
    picture = prepared(public)
    ProductPicture.objects.update(address_ends=True)
    with django_capture_on_commit_callbacks(execute=True):
        tasks.readdress_pictures()
    picture.refresh_from_db()
    assert not picture.address_ends
    assert len(public_files()) == 3


# --- Constraints -------------------------------------------------------------------------------


def test_picture_is_stored_once(product):
    first = add(product)
    with violates(ProductPicture, "picture_is_stored_once"):
        ProductPicture.objects.create(
            product=product, status="pending", alt_es="x", idempotency_key=first.idempotency_key
        )


def test_ready_picture_has_its_file(product):
    add(product)
    with violates(ProductPicture, "ready_picture_has_its_file"):
        product.pictures.update(status="ready")


# --- At the same moment -------------------------------------------------------------------------


def product_with(count: int) -> Product:
    application = factories.application(complete=False)
    products.save_product(application, factories.new_product(application.company))
    product = application.company.products.get()
    for _ in range(count):
        add(product)
    return product


def two_uploads(product) -> list:
    return at_once(lambda: add(product), lambda: add(product, an_upload((800, 600))))


@race
def test_of_two_last_uploads_one_is_refused():
    product = product_with(7)
    results = two_uploads(product)
    assert [type(error) for error in failures(results)] == [TransitionNotAllowed]
    assert product.pictures.count() == len(originals(product)) == 8
    assert sorted(product.pictures.values_list("position", flat=True)) == list(range(8))


@race
def test_control_without_locks_a_ninth_picture_is_stored(monkeypatch):
    product, both_counted = product_with(7), threading.Barrier(2, timeout=20)
    count = pictures._next_position

    def count_and_wait(row):
        position = count(row)
        both_counted.wait()
        return position

    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **options: rows.all())
    monkeypatch.setattr(pictures, "_next_position", count_and_wait)
    assert not failures(two_uploads(product))
    assert product.pictures.count() == 9


@race
def test_same_upload_twice_at_once_is_one_picture():
    product, key, upload = product_with(0), uuid.uuid4(), an_upload()
    first, second = at_once(lambda: add(product, upload, key), lambda: add(product, upload, key))
    assert first == second
    assert len(originals(product)) == 1


@race
def test_two_workers_at_once_prepare_once():
    product = product_with(1)

    def prepare():  # each reads a row of its own, as workers do
        pictures.prepare_picture(product.pictures.get())

    assert not failures(at_once(prepare, prepare))
    assert product.pictures.get().is_ready
    assert len(public_files()) == 3


@race
def test_picture_is_prepared_while_its_vendor_is_suspended():
    """Each locks products before pictures: neither waits for the other in a circle."""
    application = factories.application("approved")
    product, boss = application.company.products.get(), factories.manager()
    waiting, ready = add(product), prepared(product)
    results = at_once(
        lambda: pictures.prepare_picture(waiting),
        lambda: review.suspend_application(application, actor=boss, **REASON),
        lambda: pictures.readdress_picture(ready),
    )
    assert not failures(results)
    assert not Listing.objects.exists()


@race
def test_product_is_deleted_while_its_picture_is_prepared():
    product = product_with(1)
    picture, application = product.pictures.get(), product.company.applications.get()
    results = at_once(
        lambda: pictures.prepare_picture(picture),
        lambda: products.delete_product(application, product),
    )
    assert not failures(results)
    assert public_files() == originals(product) == []
