"""The pages of pictures and certificates, for the team and for the desk."""

import html
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.uploads import StorageUnavailable, private_storage
from exporters.models import Certificate
from exporters.services import certificate_checks, certificates, pictures
from tests import factories

pytestmark = pytest.mark.usefixtures("english")
PICTURES_QUERIES = 6
CERTIFICATES_QUERIES = 7
LIST_QUERIES = 6


def url(name: str, *args) -> str:
    return reverse(f"exporters:{name}", args=args)


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def product(db):
    return factories.application("approved").company.products.get()


@pytest.fixture
def client(product):
    return signed_in(factories.owner_of(product.company))


@pytest.fixture
def pictures_page(product):
    return url("product_pictures", product.company.slug, product.pk)


@pytest.fixture
def certificates_page(product):
    return url("certificates", product.company.slug)


def of_picture(name, picture) -> str:
    product = picture.product
    return url(f"picture_{name}", product.company.slug, product.pk, picture.public_id)


def file(size=(480, 360), name="foto.jpg", content=None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, factories.picture(size=size) if content is None else content)


def sent(**values) -> dict:
    return {"file": file(), "alt_es": "Caja abierta", "key": str(uuid.uuid4())} | values


def text(answer) -> str:
    return html.unescape(answer.content.decode())


# --- Pictures ----------------------------------------------------------------------------------


def test_picture_is_uploaded_and_stands_there_until_it_is_ready(client, product, pictures_page):
    answer = client.post(pictures_page, sent(alt_en="Open box"), follow=True)
    assert answer.redirect_chain == [(pictures_page, 302)]
    picture = product.pictures.get()
    assert (picture.alt_es, picture.alt_en) == ("Caja abierta", "Open box")
    frame = of_picture("frame", picture)
    assert f'hx-get="{frame}"' in text(answer)
    assert "Being prepared" in text(answer)
    pictures.prepare_picture(picture)
    ready = text(client.get(frame))
    assert "srcset=" in ready
    assert 'alt="Caja abierta"' in ready or 'alt="Open box"' in ready
    assert "hx-get" not in ready


def test_failed_picture_says_what_to_do(client, product, pictures_page):
    picture = factories.product_picture(product, ready=False)
    private_storage().delete(picture.original.name)
    pictures.prepare_picture(picture)
    assert "save it again as JPEG" in text(client.get(pictures_page))


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"file": ""}, "This field is required"),
        ({"alt_es": ""}, "This field is required"),
        ({"alt_es": "x" * 201}, "at most 200"),
        ({"alt_es": "line\nbreak"}, "one line"),
        ({"file": file((300, 200))}, "300 × 200 pixels"),
        ({"file": file(name="foto.pdf", content=factories.pdf())}, "Use JPEG, PNG or WebP"),
        ({"file": file(name="foto.heic")}, "Use JPEG, PNG or WebP"),
        ({"file": file(name="foto.png")}, "not the kind of picture"),
        ({"file": file(content=b"")}, "empty"),
        ({"file": file(content=b"\xff\xd8\xff" + b"x" * 300)}, "cannot be read"),
        ({"key": "no-key"}, "key"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_the_text_is_kept(
    client, product, pictures_page, values, said
):
    answer = client.post(pictures_page, sent(alt_en="Kept") | values)
    assert answer.status_code == 422
    assert said in text(answer)
    assert 'value="Kept"' in text(answer)
    assert not product.pictures.exists()


def test_too_large_picture_is_refused(client, product, pictures_page, settings):
    settings.UPLOAD_MAX_BYTES = 1000
    answer = client.post(pictures_page, sent())
    assert answer.status_code == 422
    assert "larger than 10 MB" in text(answer)


def test_full_disk_keeps_the_text_and_says_so(client, product, pictures_page, monkeypatch):
    def refuse(*args, **kwargs):
        raise StorageUnavailable

    monkeypatch.setattr(pictures, "stored", refuse)
    answer = client.post(pictures_page, sent())
    assert answer.status_code == 503
    assert "We cannot store files" in text(answer)
    assert 'value="Caja abierta"' in text(answer)


def test_ninth_picture_is_refused_in_words(client, product, pictures_page):
    for _ in range(8):
        factories.product_picture(product, ready=False)
    answer = client.post(pictures_page, sent())
    assert answer.status_code == 422
    assert "at most 8 pictures" in text(answer)


def test_picture_is_moved_and_its_texts_are_changed(client, product, pictures_page):
    first, second = factories.product_picture(product), factories.product_picture(product)
    assert client.post(of_picture("move", second), {"position": 0}).url == pictures_page
    assert list(product.pictures.all()) == [second, first]
    client.post(of_picture("move", second), {"position": "x"})
    prefix = f"texts-{first.pk}"
    answer = client.post(of_picture("texts", first), {f"{prefix}-alt_es": ""})
    assert answer.status_code == 422
    client.post(of_picture("texts", first), {f"{prefix}-alt_es": "De cerca"})
    first.refresh_from_db()
    assert first.alt_es == "De cerca"


def test_picture_is_removed_after_a_question(client, product, pictures_page):
    picture = factories.product_picture(product)
    assert "Remove this picture?" in text(client.get(of_picture("remove", picture)))
    assert product.pictures.exists()
    assert client.post(of_picture("remove", picture)).url == pictures_page
    assert not product.pictures.exists()


def test_picture_of_another_product_is_not_found(client, product):
    other = factories.product(product.company)
    picture = factories.product_picture(other)
    wrong = url("picture_remove", product.company.slug, product.pk, picture.public_id)
    assert client.post(wrong).status_code == 404
    assert other.pictures.exists()


def test_upload_itself_is_for_team_and_staff(client, product):
    picture = factories.product_picture(product)
    address = url("picture_original", picture.public_id)
    answer = client.get(address)
    assert b"".join(answer.streaming_content)[:2] == b"\xff\xd8"
    assert "attachment" in answer["Content-Disposition"]
    assert "no-store" in answer["Cache-Control"]
    other = signed_in(factories.exporter(factories.company()))
    assert other.get(address).status_code == 404


def test_page_of_an_application_that_is_looked_at_shows_and_changes_nothing(db):
    product = factories.application("in_review").company.products.get()
    client = signed_in(factories.owner_of(product.company))
    address = url("product_pictures", product.company.slug, product.pk)
    answer = client.get(address)
    assert "cannot be changed now" in text(answer)
    assert 'type="file"' not in text(answer)
    assert client.post(address, sent()).status_code == 422
    assert not product.pictures.exists()


@pytest.mark.parametrize("rows", [1, 3])
def test_pictures_take_the_same_queries_for_one_row_and_for_three(
    client, product, pictures_page, rows, django_assert_num_queries
):
    for _ in range(rows):
        factories.product_picture(product)
    client.get(pictures_page)
    with django_assert_num_queries(PICTURES_QUERIES):
        client.get(pictures_page)


# --- Certificates ------------------------------------------------------------------------------


def certificate_sent(**values) -> dict:
    return {
        "kind": "organic",
        "number": "ORG-1",
        "issued_by": "Ejemplo, A.C.",
        "valid_until": (timezone.localdate() + timezone.timedelta(days=90)).isoformat(),
        "file": factories.upload(name="organico.pdf"),
        "key": str(uuid.uuid4()),
    } | values


def test_certificate_is_uploaded_for_a_product(client, product, certificates_page):
    answer = client.post(certificates_page, certificate_sent(products=[product.pk]), follow=True)
    assert "Being checked" in text(answer)
    assert "organico.pdf" in text(answer)
    assert list(product.certificates.values_list("number", flat=True)) == ["ORG-1"]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"kind": "other"}, "Write the name of the certification."),
        ({"kind": "magic"}, "valid choice"),
        ({"file": ""}, "This field is required"),
        ({"valid_until": "2001-01-01"}, "It has expired"),
        ({"valid_until": "2999-01-01"}, "Check the year"),
        ({"valid_until": "soon"}, "valid date"),
        ({"products": ["0"]}, "valid choice"),
        ({"file": factories.upload(b"x" * 300, name="x.pdf")}, "not what its name says"),
    ],
)
def test_wrong_certificate_comes_back_as_it_was_sent(client, certificates_page, values, said):
    answer = client.post(certificates_page, certificate_sent() | values)
    assert answer.status_code == 422
    assert said in text(answer)
    assert 'value="Ejemplo, A.C."' in text(answer)
    assert not Certificate.objects.exists()


def test_full_disk_keeps_the_facts_of_a_certificate(client, certificates_page, monkeypatch):
    def refuse(*args, **kwargs):
        raise StorageUnavailable

    monkeypatch.setattr(certificates, "stored", refuse)
    answer = client.post(certificates_page, certificate_sent())
    assert answer.status_code == 503
    assert 'value="ORG-1"' in text(answer)


def test_states_are_said_in_words(client, product, certificates_page):
    company, staff = product.company, factories.coordinator()
    today = timezone.localdate()
    checked = factories.certificate(company, valid_until=today + timezone.timedelta(days=12))
    certificate_checks.verify_certificate(checked, actor=staff, seen=checked.facts)
    last = factories.certificate(company, valid_until=today, number="L")
    certificate_checks.verify_certificate(last, actor=staff, seen=last.facts)
    factories.certificate(company, valid_until=today - timezone.timedelta(days=1), number="2")
    certificate_checks.refuse_certificate(
        factories.certificate(company, number="3"),
        actor=staff,
        reason_code="not_yours",
        reason_text="Es de otra empresa.",
    )
    shown = text(client.get(certificates_page))
    for words in (
        "Checked on", "Expires in 12 days", "Expires today", "Expired", "Not accepted",
        "Es de otra empresa.",
    ):  # fmt: skip
        assert words in shown


def test_certificate_is_corrected_and_removed_after_a_question(client, product):
    certificate = factories.certificate(product.company)
    edit = url("certificate_edit", product.company.slug, certificate.public_id)
    remove = url("certificate_remove", product.company.slug, certificate.public_id)
    assert 'value="ORG-1"' in text(client.get(edit))
    client.post(edit, {"kind": "kosher", "number": "K-1", "products": [product.pk]})
    certificate.refresh_from_db()
    assert (certificate.kind, certificate.number) == ("kosher", "K-1")
    assert product.certificates.get() == certificate
    assert client.post(edit, {"kind": ""}).status_code == 422
    assert "Remove “Kosher”?" in text(client.get(remove))
    client.post(remove)
    assert not Certificate.objects.exists()


def test_infected_certificate_stays_closed(client, product):
    certificate = factories.certificate(product.company)
    address = url("certificate_file", certificate.public_id)
    assert b"".join(client.get(address).streaming_content).startswith(b"%PDF")
    Certificate.objects.update(scan_status="infected")
    assert client.get(address).status_code == 404


def test_staff_do_not_read_the_certificate_of_a_draft(db):
    certificate = factories.certificate(factories.application(complete=False).company)
    for name, args in (("certificate_file", ()), ("certificate_page", (1,))):
        address = url(name, certificate.public_id, *args)
        assert signed_in(factories.coordinator()).get(address).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_certificates_take_the_same_queries_for_one_row_and_for_three(
    client, product, certificates_page, rows, django_assert_num_queries
):
    for number in range(rows):
        row = factories.certificate(product.company, number=str(number))
        row.products.add(product)
    client.get(certificates_page)
    with django_assert_num_queries(CERTIFICATES_QUERIES):
        client.get(certificates_page)


# --- The desk ----------------------------------------------------------------------------------


def at_desk(name: str, *args) -> str:
    return reverse(f"admin:exporters_certificate_{name}", args=args)


def test_coordinator_checks_a_certificate_beside_its_document(product):
    certificate, desk = factories.certificate(product.company), signed_in(factories.coordinator())
    assert product.company.name in text(desk.get(reverse("admin:index")))
    page = at_desk("change", certificate.pk)
    shown = text(desk.get(page))
    assert url("certificate_page", certificate.public_id, 1) in shown
    assert certificate.facts in shown
    stale = desk.post(at_desk("verify", certificate.pk), {"seen": "x"}, follow=True)
    assert "has changed it since" in text(stale)
    answer = desk.post(at_desk("verify", certificate.pk), {"seen": certificate.facts}, follow=True)
    assert answer.redirect_chain == [(page, 302)]
    certificate.refresh_from_db()
    assert certificate.state == "checked"
    assert "Checked" in text(desk.get(at_desk("history", certificate.pk)))
    assert "Certificates to be checked" not in text(desk.get(reverse("admin:index")))


def test_refusal_asks_for_a_reason_and_an_explanation(product):
    certificate, desk = factories.certificate(product.company), signed_in(factories.coordinator())
    refuse = at_desk("refuse", certificate.pk)
    answer = desk.post(refuse, {"reason_code": "other", "reason_text": ""})
    assert answer.status_code == 422
    assert "Write an explanation" in text(answer)
    desk.post(refuse, {"reason_code": "other", "reason_text": "No sirve."})
    certificate.refresh_from_db()
    assert certificate.refusal_text == "No sirve."
    assert "No sirve." in text(desk.get(at_desk("change", certificate.pk)))


def test_coordinator_in_the_team_is_offered_no_decision(product):
    certificate, person = factories.certificate(product.company), factories.coordinator()
    product.company.team.create(user=person, role="editor")
    shown = text(signed_in(person).get(at_desk("change", certificate.pk)))
    assert "Someone else has to check its certificates" in shown
    assert at_desk("verify", certificate.pk) not in shown
    assert at_desk("refuse", certificate.pk) not in shown


@pytest.mark.parametrize("state", ["pending", "checked", "refused", "expired"])
def test_list_is_narrowed_down_by_state(product, state):
    company, staff = product.company, factories.coordinator()
    day = timezone.timedelta(days=1)
    factories.certificate(company, number="pending-1")
    checked = factories.certificate(company, number="checked-1")
    certificate_checks.verify_certificate(checked, actor=staff, seen=checked.facts)
    certificate_checks.refuse_certificate(
        factories.certificate(company, number="refused-1"),
        actor=staff,
        reason_code="other",
        reason_text="x",
    )
    factories.certificate(company, number="expired-1", valid_until=timezone.localdate() - day)
    answer = signed_in(staff).get(at_desk("changelist"), {"state": state})
    found = [row.number for row in answer.context["cl"].result_list]
    assert found == [f"{state}-1"]


@pytest.mark.parametrize("rows", [1, 3])
def test_list_takes_the_same_queries_for_one_row_and_for_three(
    product, rows, django_assert_num_queries
):
    for number in range(rows):
        factories.certificate(product.company, number=str(number))
    desk = signed_in(factories.coordinator())
    desk.get(at_desk("changelist"))
    with django_assert_num_queries(LIST_QUERIES):
        desk.get(at_desk("changelist"))
