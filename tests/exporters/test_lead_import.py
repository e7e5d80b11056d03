"""Importing a list of leads: what is read, what each row becomes, what is stored."""

import csv
import io
import zipfile

import openpyxl
import pytest
import tablib
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from core import tables
from exporters import lead_file
from exporters.lead_columns import COLUMNS, field_of, read_language, read_source, read_state
from exporters.models import Lead
from exporters.services.lead_import import ImportRefused, LeadResource, import_list
from tests import factories
from tests.races import at_once, race

IMPORT = reverse("admin:exporters_lead_import")
CONFIRM = reverse("admin:exporters_lead_process_import")
TEMPLATE = reverse("admin:exporters_lead_import_template")
HEADERS = ["Empresa", "RFC", "Contacto", "Correo", "Teléfono", "Estado", "Producto", "Idioma",
           "Notas"]  # fmt: skip
ROW = ["Palenque Nuevo, S.A.", "", "Ana Nuevo", "Ana@Palenque.example", "951 555 0101", "Oaxaca",
       "Mezcal", "Inglés", "Vino al puesto"]  # fmt: skip


def csv_of(*rows, headers=HEADERS, delimiter=",", encoding="utf-8-sig") -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows([headers, *rows])
    return out.getvalue().encode(encoding)


def xlsx_of(*rows, headers=HEADERS) -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    for row in (headers, *rows):
        book.active.append(row)
    book.save(out)
    return out.getvalue()


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def recruiter(db):
    return factories.coordinator()


@pytest.fixture
def desk(recruiter) -> Client:
    return signed_in(recruiter)


def send(desk, content: bytes, name="leads.csv", **values):
    owner = desk.session["_auth_user_id"]
    data = {"source_kind": "fair", "source_name": "Expo Miel", "owner": owner} | values
    return desk.post(IMPORT, data | {"import_file": SimpleUploadedFile(name, content)})


def outcomes(page) -> list[str]:
    return [row.outcome for row in page.context["rows"]]


def said(page) -> str:
    return " | ".join(text for row in page.context["rows"] for text in row.said)


def confirm(desk, page, **values):
    name = page.context["confirm_form"].initial["import_file_name"]
    return desk.post(CONFIRM, {"import_file_name": name} | values, follow=True)


def messages(page) -> list[str]:
    return [message.level_tag for message in page.context["messages"]]


# --- From the file to the rows ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (csv_of(ROW), "a.csv"),
        (csv_of(ROW, encoding="utf-8"), "A.CSV"),
        (csv_of(ROW, encoding="cp1252", delimiter=";"), "a.csv"),
        (csv_of(ROW, encoding="latin-1", delimiter="\t"), "a.csv"),
        (xlsx_of(ROW), "a.xlsx"),
    ],
    ids=["utf-8 with its mark", "utf-8", "Excel for Windows", "latin-1 with tabs", "xlsx"],
)
def test_list_is_read_as_it_comes_and_imported_after_its_preview(desk, recruiter, content, name):
    page = send(desk, content, name, source_state="31")
    assert outcomes(page) == ["new"]
    assert not Lead.objects.exists()
    done = confirm(desk, page)
    assert messages(done) == ["success"]
    lead = Lead.objects.get()
    assert (lead.company_name, lead.contact_name) == ("Palenque Nuevo, S.A.", "Ana Nuevo")
    assert (lead.email, lead.phone) == ("ana@palenque.example", "+529515550101")
    assert (lead.state, lead.category.code, lead.language) == ("20", "mezcal", "en")
    assert (lead.source_kind, lead.source_name, lead.source_state) == ("fair", "Expo Miel", "31")
    assert (lead.owner, lead.created_by, lead.status) == (recruiter, recruiter, "new")
    assert lead.name_key == "palenque nuevo"


def test_columns_are_known_in_both_languages_in_any_order():
    for field, (english, spanish, *_others) in COLUMNS.items():
        assert field_of(english) == field_of(spanish.upper()) == field
    assert field_of("  correo-ELECTRONICO ") == "email"
    assert field_of("Zapatos") is None


@pytest.mark.parametrize(
    ("read", "text", "value"),
    [
        (read_state, "MICHOACAN", "16"),
        (read_state, "CDMX", "09"),
        (read_state, "Edo. Méx.", "15"),
        (read_state, "9", "09"),
        (read_state, "", ""),
        (read_language, "Español", "es"),
        (read_language, "中文", "zh-hans"),
        (read_source, "Cámara", "chamber"),
        (read_source, "Referral", "referral"),
    ],
)
def test_values_are_read_as_people_write_them(read, text, value):
    assert read(text) == value


@pytest.mark.parametrize("read", [read_state, read_language, read_source])
def test_unknown_values_are_refused_by_name(read):
    with pytest.raises(ValidationError, match="Texas"):
        read("Texas")


def test_rows_may_name_their_own_source(desk):
    content = csv_of(
        ["Mieles", "Cámara", "Cámara de la Miel", "Yucatán"],
        headers=["Company", "Source", "Chamber or event", "State of the chamber or event"],
    )
    confirm(desk, send(desk, content))
    lead = Lead.objects.get()
    assert lead.source_kind == "chamber"
    assert (lead.source_name, lead.source_state) == ("Cámara de la Miel", "31")
    assert lead.language == "es"


def test_figures_of_a_spreadsheet_are_text_and_blank_lines_nothing(desk):
    content = xlsx_of(
        [None, None],
        ["Mieles", 9515550101.0],
        ["", ""],
        [20.0, 9515550102],
        headers=["Empresa", "Teléfono"],
    )
    page = send(desk, content, "a.xlsx")
    assert [row.line for row in page.context["rows"]] == [3, 5]
    confirm(desk, page)
    assert set(Lead.objects.values_list("company_name", flat=True)) == {"Mieles", "20"}
    assert Lead.objects.first().phone.is_valid()


def test_short_and_long_rows_do_no_harm(desk):
    page = send(desk, b"Empresa,Correo\nMieles\nNopales,a@b.example,too,much\n")
    assert outcomes(page) == ["new", "new"]


# --- Duplicates ------------------------------------------------------------------------------


def test_known_companies_are_found_by_rfc_and_by_name_and_left_out(desk, recruiter):
    company = factories.company(trade_name="Café Ñandú")
    lead = factories.lead(actor=recruiter, company_name="Mieles Ibáñez, S.A. de C.V.")
    with_rfc = factories.lead(actor=recruiter, rfc=factories.new_rfc())
    rfc = factories.new_rfc()
    rows = [
        ["Another name", company.rfc],
        ["CAFE NANDU S DE RL", ""],
        ["mieles ibanez", ""],
        ["Some name", with_rfc.rfc.lower()],
        ["Nueva", rfc],
        ["Otra", rfc],
        ["NUEVA, S.A.", ""],
    ]
    page = send(desk, csv_of(*rows, headers=["Empresa", "RFC"]))
    assert outcomes(page) == [*["duplicate"] * 4, "new", *["duplicate"] * 2]
    for name in (company.name, lead.company_name, with_rfc.company_name, "6"):
        assert name in said(page)
    confirm(desk, page)
    assert set(Lead.objects.values_list("company_name", flat=True)) == {
        lead.company_name, with_rfc.company_name, "Nueva",
    }  # fmt: skip


def test_same_names_are_imported_when_that_is_asked_but_a_known_rfc_never(desk, recruiter):
    lead = factories.lead(actor=recruiter, rfc=factories.new_rfc())
    rows = [[lead.company_name, ""], ["Otro nombre", lead.rfc]]
    page = send(desk, csv_of(*rows, headers=["Empresa", "RFC"]))
    assert outcomes(page) == ["duplicate", "duplicate"]
    confirm(desk, page, same_names="on")
    assert [row.company_name for row in Lead.objects.exclude(pk=lead.pk)] == [lead.company_name]


# --- Rows with errors ------------------------------------------------------------------------


def test_rows_with_errors_say_them_in_words_and_the_others_are_imported(desk):
    bad = ["Otra", "XAXX010101000", "", "nadie", "123", "Texas", "Cohetes", "Klingon", ""]
    page = send(desk, csv_of(ROW, bad, ["", "", "Sin nombre", *[""] * 6]))
    assert outcomes(page) == ["new", "wrong", "wrong"]
    assert len(page.context["rows"][1].said) == 6
    for word in ("Texas", "Cohetes", "Klingon"):
        assert word in said(page)
    assert len(page.context["rows"][2].said) == 1
    confirm(desk, page)
    assert Lead.objects.get().company_name == "Palenque Nuevo, S.A."


@pytest.mark.parametrize(
    "cell", ['=HYPERLINK("http://evil.example")', "Mieles\u202eEvil", "Two\nlines", "a" * 201]
)
def test_hostile_names_are_refused(desk, cell):
    page = send(desk, csv_of([cell], headers=["Empresa"]))
    assert outcomes(page) == ["wrong"]


def test_formulas_of_a_spreadsheet_are_never_calculated(desk):
    content = xlsx_of(["=1+1", "x"], ["Mieles", '=WEBSERVICE("http://evil.example")'],
                      headers=["Empresa", "Notas"])  # fmt: skip
    page = send(desk, content, "a.xlsx")
    assert outcomes(page) == ["wrong", "new"]
    confirm(desk, page)
    assert Lead.objects.get().notes == ""


def test_markup_in_a_list_is_text(desk):
    page = send(desk, csv_of(["<script>alert(1)</script>"], headers=["Empresa"]))
    assert b"<script>alert(1)" not in page.content
    assert b"&lt;script&gt;alert(1)" in page.content


# --- Files that are no list ------------------------------------------------------------------


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/worksheets/sheet1.xml", b"0" * (tables.MAX_UNPACKED + 1))
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("leads.pdf", factories.pdf()),
        ("leads.xls", b"\xd0\xcf\x11\xe0"),
        ("leads", csv_of(ROW)),
        ("leads.xlsx", csv_of(ROW)),
        ("leads.xlsx", b"PK\x03\x04" + b"\0" * 60),
        ("leads.xlsx", bomb()),
        ("leads.csv", factories.pdf()),
        ("leads.csv", xlsx_of(ROW)),
        ("leads.csv", b""),
        ("leads.csv", b"Zapatos,Talla\n1,2\n"),
        ("leads.csv", csv_of()),
        ("leads.csv", b'Empresa\n"' + b"a" * 200_000),
        ("leads.csv", b"Empresa\n" + b"x" * tables.MAX_BYTES),
    ],
)
def test_what_is_no_list_is_refused_beside_the_file(desk, name, content):
    page = send(desk, content, name)
    assert page.status_code == 422
    assert page.context["form"].errors["import_file"]
    assert not Lead.objects.exists()


@pytest.mark.parametrize("make", [csv_of, xlsx_of])
def test_two_thousand_rows_are_read_and_no_more(make):
    number = 0 if make is csv_of else 1
    rows = [[f"Empresa {row}"] for row in range(lead_file.MAX_ROWS)]
    assert len(lead_file.read(make(*rows, headers=["Empresa"]), number)) == lead_file.MAX_ROWS
    with pytest.raises(ValidationError, match="2,000"):
        lead_file.read(make(*rows, ["x"], headers=["Empresa"]), number)


def test_long_list_takes_few_queries(desk, recruiter, django_assert_max_num_queries):
    rows = [[f"Empresa {row}", f"a{row}@mail.example"] for row in range(1200)]
    dataset = lead_file.read(csv_of(*rows, headers=["Empresa", "Correo"]), 0)
    resource = LeadResource(actor=recruiter, defaults={"source_kind": "fair"})
    with django_assert_max_num_queries(60):
        assert import_list(dataset, resource, key="x") == 1200


# --- Confirming ------------------------------------------------------------------------------


def test_list_is_imported_once(desk):
    page = send(desk, csv_of(ROW))
    confirm(desk, page)
    again = confirm(desk, page, same_names="on")
    assert messages(again) == ["error"]
    assert Lead.objects.count() == 1


def test_same_list_is_not_stored_twice_under_one_key(recruiter):
    dataset = lead_file.read(csv_of(ROW), 0)
    make = {"actor": recruiter, "defaults": {"source_kind": "fair"}, "same_names": True}
    import_list(dataset, LeadResource(**make), key="x")
    with pytest.raises(ImportRefused):
        import_list(dataset, LeadResource(**make), key="x")
    assert Lead.objects.count() == 1


def test_preview_is_confirmed_by_who_saw_it_within_an_hour(desk, recruiter):
    page = send(desk, csv_of(ROW))
    assert messages(confirm(signed_in(factories.coordinator()), page)) == ["error"]
    cache.clear()  # as after an hour, or with the cache down
    assert messages(confirm(desk, page)) == ["error"]
    assert not Lead.objects.exists()


def test_company_that_was_noted_meanwhile_stops_the_import(recruiter, monkeypatch):
    rfc = factories.new_rfc()
    factories.lead(actor=recruiter, rfc=rfc)
    monkeypatch.setattr("exporters.services.lead_import._known", lambda: ({}, {}))
    dataset = tablib.Dataset(["2", "Nueva", ""], ["3", "Otra", rfc],
                             headers=["line", "company_name", "rfc"])  # fmt: skip
    resource = LeadResource(actor=recruiter, defaults={"source_kind": "fair"})
    with pytest.raises(ImportRefused):
        import_list(dataset, resource, key="x")
    assert Lead.objects.count() == 1
    del dataset[1]
    assert import_list(dataset, resource, key="x") == 1  # the key is not used up


@race
def test_list_that_is_confirmed_by_a_double_click_is_stored_once():
    recruiter = factories.coordinator()
    content = csv_of(ROW)

    def store():
        resource = LeadResource(actor=recruiter, defaults={"source_kind": "fair"}, same_names=True)
        return import_list(lead_file.read(content, 0), resource, key="x")

    results = at_once(store, store, store)
    assert sorted(isinstance(result, ImportRefused) for result in results) == [False, True, True]
    assert Lead.objects.count() == 1


def test_import_is_logged_without_personal_data(desk, recruiter, caplog):
    caplog.set_level("INFO", "security")
    confirm(desk, send(desk, csv_of(ROW, ROW)))
    event = next(record for record in caplog.records if record.message == "leads_imported")
    assert (event.user_id, event.rows, event.stored) == (recruiter.pk, 2, 1)
    assert "palenque" not in caplog.text.lower()


@pytest.mark.parametrize("person", [factories.finance, factories.auditor])
def test_import_is_for_those_who_may_add(db, person):
    client = signed_in(person())
    assert client.get(IMPORT).status_code == 403
    assert client.post(CONFIRM).status_code == 403
    assert client.get(TEMPLATE).status_code == 403
    listing = client.get(reverse("admin:exporters_lead_changelist"))
    assert IMPORT not in listing.content.decode()


# --- The template ----------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["es", "en", "zh-hans"])
@pytest.mark.parametrize(("kind", "number"), [("csv", 0), ("xlsx", 1)])
def test_template_can_be_imported_as_it_is(desk, language, kind, number):
    address = TEMPLATE if language == "es" else f"/{language}{TEMPLATE}"
    answer = desk.get(address, {"kind": kind})
    assert f'filename="leads.{kind}"' in answer["Content-Disposition"]
    assert list(lead_file.read(answer.content, number).headers) == ["line", *COLUMNS]
    page = send(desk, answer.content, f"leads.{kind}")
    assert outcomes(page) == ["new"], said(page)
