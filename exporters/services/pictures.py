"""The pictures of a product: uploaded, prepared by the worker, put in order, taken away.

Every change locks the company's application, then the product: of two people at once the second
waits. Buyers see a picture once the worker has prepared it.
"""

import contextlib
import hashlib
import uuid

from celery import current_app
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.uploads import CleanUpload, private_storage, stored
from core.workflow import TransitionNotAllowed
from exporters.editing import require_at_rest
from exporters.enums import PictureStatus, ProductStatus
from exporters.models import Company, Product, ProductPicture
from exporters.picture_files import WIDTHS, refusal, rendition_name, renditions
from exporters.services.catalogue import announce_change
from exporters.services.editable import lock_editable

MOST = 8  # of one product
TEXTS = ("alt_es", "alt_en", "alt_zh_hans")


class _StoredBefore(Exception):
    def __init__(self, picture: ProductPicture):
        self.picture = picture


def add_picture(
    product: Product, upload: CleanUpload, *, texts: dict[str, str], key: uuid.UUID
) -> ProductPicture:
    """Store a picture behind the others; the worker prepares it.

    `texts` are its alternative texts by column, of which Spanish is required. A retry with the
    same `key` finds the first result. Raises TransitionNotAllowed; StorageUnavailable when the
    disk refuses: then neither file nor row exists.
    """
    _require_text(texts)
    if why := refusal(upload):
        raise TransitionNotAllowed(why)
    try:
        with (
            stored(upload, private_storage(), f"pictures/{product.pk}") as name,
            transaction.atomic(),
        ):
            locked = _lock(product)
            if earlier := locked.pictures.filter(idempotency_key=key).first():
                if _is_same(earlier, upload):
                    raise _StoredBefore(earlier)  # takes the second file away again
                key = uuid.uuid4()  # another file from a page that was still open
            picture = ProductPicture.objects.create(
                product=locked,
                original=name,
                status=PictureStatus.PENDING,
                position=_next_position(locked),
                idempotency_key=key,
                **{column: texts.get(column, "") for column in TEXTS},
            )
            # By name, since tasks stand above services. Lost with a dead broker, swept up later.
            transaction.on_commit(
                lambda: current_app.send_task("exporters.tasks.prepare_picture", [picture.pk]),
                robust=True,
            )
    except _StoredBefore as found:
        return found.picture
    return picture


def prepare_picture(picture: ProductPicture) -> None:
    """Make what buyers get of an upload; runs in the worker.

    Of two runs at once the first one counts. A disk that refuses raises OSError, and the picture
    waits for the next sweep.
    """
    made = _renditions(picture)
    with contextlib.ExitStack() as files, transaction.atomic():
        locked = _lock_picture(picture)
        if locked is None or locked.status != PictureStatus.PENDING:
            return
        rows = ProductPicture.objects.filter(pk=locked.pk)
        if not made:
            rows.update(status=PictureStatus.FAILED)
            return
        name = _new_name()
        files.enter_context(
            _public({rendition_name(name, bound): made[bound][0] for bound in WIDTHS})
        )
        _content, width, height = made[WIDTHS[0]]
        rows.update(status=PictureStatus.READY, file=name, width=width, height=height)
        _tell(locked.product)


@transaction.atomic
def move_picture(picture: ProductPicture, position: int) -> None:
    """Put a picture at this place among its product's, counted from 0; the others make room."""
    product = _lock(picture.product)
    rows = list(product.pictures.all())
    if picture not in rows:
        return  # removed meanwhile
    rows.remove(picture)
    rows.insert(min(max(position, 0), len(rows)), picture)
    moved = [row for place, row in enumerate(rows) if row.position != place]
    for place, row in enumerate(rows):
        row.position = place
    if moved:
        ProductPicture.objects.bulk_update(moved, ["position"])
        _tell(product)


@transaction.atomic
def save_alt(picture: ProductPicture, texts: dict[str, str]) -> None:
    """Change the alternative texts, given by column; Spanish is required."""
    _require_text(texts)
    product = _lock(picture.product)
    values = {column: texts.get(column, "") for column in TEXTS}
    if product.pictures.filter(pk=picture.pk).exclude(**values).update(**values):
        _tell(product)


@transaction.atomic
def remove_picture(picture: ProductPicture) -> None:
    """Delete a picture; its files go with the commit."""
    product = _lock(picture.product)
    row = product.pictures.filter(pk=picture.pk).first()
    if row is None:
        return  # a second click
    _delete_files(row)
    row.delete()
    if row.is_ready:
        _tell(product)


def delete_files_of(product: Product) -> None:
    """Delete the files of all pictures of a product that is being deleted, with the commit.

    Locks the product, so that the worker adds none meanwhile.
    """
    list(Product.objects.select_for_update().filter(pk=product.pk).values_list("pk"))
    for picture in product.pictures.all():
        _delete_files(picture)


def end_addresses(company: Company, products: list[int] | None = None) -> None:
    """The pictures of these products, or of all, are no longer public: their addresses end.

    Called before announce_change by what takes products off the pavilion. The worker gives the
    files new names, which nobody has seen; see docs/decisions.
    """
    rows = company.products.all()
    if products is not None:
        rows = rows.filter(pk__in=products)
    keys = list(rows.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True))
    pictures = ProductPicture.objects.filter(product__in=keys, status=PictureStatus.READY)
    if pictures.exclude(original="").update(address_ends=True):
        transaction.on_commit(
            lambda: current_app.send_task("exporters.tasks.readdress_pictures"), robust=True
        )


def readdress_picture(picture: ProductPicture) -> None:
    """Store the files of a picture under a new random name; runs in the worker."""
    with contextlib.ExitStack() as files, transaction.atomic():
        locked = _lock_picture(picture)
        if locked is None or not locked.address_ends:
            return
        old, name = locked.public_files, _new_name()
        copies = {}
        for earlier, bound in zip(old, WIDTHS, strict=False):
            with contextlib.suppress(FileNotFoundError), default_storage.open(earlier) as file:
                copies[rendition_name(name, bound)] = file.read()
        files.enter_context(_public(copies))
        ProductPicture.objects.filter(pk=locked.pk).update(file=name, address_ends=False)
        _delete_on_commit(default_storage, old)
        product = locked.product
        announce_change(product.company, [product.pk])  # it may be public again already


# --- What they stand on ----------------------------------------------------------------------


def _lock(product: Product) -> Product:
    """The product as it is now, locked after the application of its company."""
    lock_editable(product.company)
    locked = _lock_row(product.pk)
    require_at_rest(locked)
    return locked


def _lock_row(key: int) -> Product:
    rows = Product.objects.select_for_update(of=("self",), no_key=True)
    if product := rows.select_related("company").filter(pk=key).first():
        return product
    raise TransitionNotAllowed(_("This product has been deleted meanwhile."))


def _lock_picture(picture: ProductPicture) -> ProductPicture | None:
    """The row for the worker, locked after its product; None once it has been removed."""
    with contextlib.suppress(TransitionNotAllowed):
        product = _lock_row(picture.product_id)
        row = product.pictures.select_for_update().filter(pk=picture.pk).first()
        if row:
            row.product = product
        return row
    return None


def _tell(product: Product) -> None:
    """What buyers see of it has changed: the programme looks at a public one again."""
    Product.objects.filter(pk=product.pk, status=ProductStatus.PUBLISHED).update(
        changed_since_review=True, updated_at=timezone.now()
    )
    announce_change(product.company, [product.pk])


def _require_text(texts: dict[str, str]) -> None:
    if not texts.get("alt_es", "").strip():
        raise TransitionNotAllowed(_("Write in Spanish what the picture shows."))


def _next_position(product: Product) -> int:
    """Behind the last one; raises TransitionNotAllowed when there are as many as there may be."""
    positions = list(product.pictures.values_list("position", flat=True))
    if len(positions) >= MOST:
        raise TransitionNotAllowed(
            _("A product has at most %(most)s pictures. Remove one first.") % {"most": MOST}
        )
    return max(positions, default=-1) + 1


def _is_same(picture: ProductPicture, upload: CleanUpload) -> bool:
    with contextlib.suppress(FileNotFoundError), picture.original.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == upload.sha256
    return False


def _renditions(picture: ProductPicture) -> dict:
    """See picture_files.renditions; empty when nothing can be made of the upload."""
    try:
        with picture.original.open("rb") as file:
            content = file.read()
    except FileNotFoundError:
        return {}  # lost with a disk: it has to be sent again
    try:
        return renditions(content)
    except (OSError, ValueError, SyntaxError, MemoryError):
        return {}


def _new_name() -> str:
    """Of the largest rendition: random, and never used again."""
    return f"products/{uuid.uuid4().hex}-{WIDTHS[0]}.webp"


@contextlib.contextmanager
def _public(files: dict[str, bytes]):
    """Store files publicly by their names; they go again when the block (the row) fails."""
    try:
        for name, content in files.items():
            default_storage.save(name, ContentFile(content))
        yield
    except BaseException:
        for name in files:
            default_storage.delete(name)
        raise


def _delete_files(picture: ProductPicture) -> None:
    """Those without an upload of their own, as in the demonstration, share their files."""
    if picture.original:
        _delete_on_commit(private_storage(), [picture.original.name])
        _delete_on_commit(default_storage, picture.public_files)


def _delete_on_commit(storage, names: list[str]) -> None:
    for name in names:
        transaction.on_commit(lambda name=name: storage.delete(name), robust=True)
