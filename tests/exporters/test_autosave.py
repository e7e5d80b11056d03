"""Drafts that never get lost: saved by themselves, merged, kept when they cannot be stored."""

import datetime
import json
import re

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from core.workflow import TransitionNotAllowed
from exporters.authorship import last_edits
from exporters.merging import fingerprint, values_of
from exporters.models import Application, Company, Product
from exporters.services import applications, companies, products
from exporters.views import kept, versions
from tests import factories
from tests.races import at_once, failures, race

LOGIN = reverse("account_login")


def url(name: str, *args) -> str:
    return reverse(f"exporters:{name}", args=args)


def signed_in(person, **options) -> Client:
    client = Client(**options)
    client.force_login(person)
    return client


@pytest.fixture
def draft(db) -> Application:
    return factories.application(complete=False)


@pytest.fixture
def here(draft) -> str:
    return url("section_experience", draft.reference)


@pytest.fixture
def owner(draft) -> Client:
    return signed_in(draft.created_by)


@pytest.fixture
def colleague(draft) -> Client:
    return signed_in(factories.exporter(draft.company, full_name="Ana Colega"))


class Tab:
    """A page with a form, open in a browser: posts what it shows, with what is typed in it."""

    def __init__(self, client: Client, address: str):
        self.client, self.address, self.turn = client, address, 0
        self.read(client.get(address))

    def read(self, page):
        self.page = page
        form = page.context["form"]
        self.values = {field.name: field.value() for field in form if field.name in form.fields}
        self.version = str(page.context["version"])

    def data(self, **typed) -> dict:
        self.values |= typed
        shown = {name: value for name, value in self.values.items() if value not in (None, False)}
        return shown | {"version": self.version, "turn": self.turn}

    def save(self, **typed):
        return self.client.post(self.address, self.data(**typed))

    def pause(self, *, answered: bool = True, **typed):
        """What the script sends after a pause; without `answered` the answer is lost."""
        self.turn += 1
        answer = self.client.post(self.address, self.data(**typed) | {"autosave": "1"})
        if answered and (found := re.search(r'name="version"[^>]*value="([^"]+)"', words(answer))):
            self.version = found[1]
        return answer


def words(answer) -> str:
    return answer.content.decode()


def state(answer) -> str:
    return answer["X-Autosave"]


# --- Saving by itself ----------------------------------------------------------------------


def test_pause_saves_and_says_when(draft, owner, here):
    with time_machine.travel("2018-08-24 19:32Z", tick=False):  # 14:32 in Mexico City
        answer = Tab(signed_in(draft.created_by), here).pause(motivation="Vender en China")
    assert (answer.status_code, state(answer)) == (200, "saved")
    assert "14:32" in words(answer)
    draft.refresh_from_db()
    assert draft.motivation == "Vender en China"


def test_pause_without_a_change_writes_nothing(draft, owner, here):
    before = Application.objects.get().updated_at
    assert state(Tab(owner, here).pause()) == "saved"
    assert Application.objects.get().updated_at == before
    assert draft.history.count() == 1


def test_pause_saves_the_valid_fields_and_names_the_others(draft, owner, here):
    answer = Tab(owner, here).pause(motivation="Vender", first_export_year="2999")
    assert state(answer) == "partly"
    assert 'href="#id_first_export_year"' in words(answer)
    draft.refresh_from_db()
    assert (draft.motivation, draft.first_export_year) == ("Vender", None)
    form = owner.get(here).context["form"]  # what could not be saved is found again
    assert form["first_export_year"].value() == "2999"


def test_pause_shows_the_answer_alone_and_no_page(owner, here):
    answer = Tab(owner, here).pause(capacity="20 t")
    assert "<html" not in words(answer)
    assert not list(get_messages(answer.wsgi_request))


def test_pause_saves_each_section(draft, owner):
    Tab(owner, url("section_company", draft.reference)).pause(employees="12")
    Tab(owner, url("section_declarations", draft.reference)).pause(accepts_rules="on")
    draft = Application.objects.get()
    assert (draft.company.employees, draft.company.size) == (12, "small")
    assert (draft.accepts_rules, draft.declares_truth) == (True, False)


def test_pause_never_saves_one_price_without_the_other(draft, owner):
    product = factories.product(draft.company)  # 9.80 to 12.90
    tab = Tab(owner, url("product_edit", draft.reference, product.pk))
    answer = tab.pause(fob_min_usd="60", name_en="Hass avocado")
    assert state(answer) == "partly"
    assert "#id_fob_min_usd" in words(answer)
    answer = tab.pause(fob_min_usd="60", fob_max_usd="much")
    assert state(answer) == "partly"
    product.refresh_from_db()
    assert (str(product.fob_min_usd), product.name_en) == ("9.80", "Hass avocado")
    tab.pause(fob_max_usd="70")
    product.refresh_from_db()
    assert str(product.fob_min_usd) == "60.00"


def test_new_product_is_kept_until_it_can_be_saved_and_then_stored_once(draft, owner):
    add = url("product_add", draft.reference)
    tab = Tab(owner, add)
    answer = tab.pause(name_es="Bota vaquera")
    assert state(answer) == "needs"
    assert 'href="#id_hs_code"' in words(answer)
    assert not Product.objects.exists()
    again = Tab(owner, add)
    assert again.values["name_es"] == "Bota vaquera"
    answer = again.pause(hs_code="6403.91", category=str(factories.category("boots").pk))
    product = Product.objects.get()
    assert state(answer) == "saved"
    assert answer["HX-Replace-Url"] == url("product_edit", draft.reference, product.pk)
    assert state(again.pause(port="Manzanillo")) == "saved"  # had the new address not arrived
    assert again.save(moq="60").status_code == 302
    product = Product.objects.get()
    assert (product.name_es, product.port, product.moq) == ("Bota vaquera", "Manzanillo", 60)
    assert Tab(owner, add).values["name_es"] in ("", None)  # the next one starts empty


def test_late_pause_never_undoes_a_later_save(draft, owner, here):
    tab = Tab(owner, here)
    early = tab.data(capacity="1") | {"autosave": "1", "turn": 1}
    tab.turn = 2
    tab.save(capacity="12 toneladas")
    assert state(owner.post(here, early)) == "saved"
    draft.refresh_from_db()
    assert draft.capacity == "12 toneladas"


def test_pause_whose_answer_was_lost_is_no_clash_with_oneself(draft, owner, here):
    tab = Tab(owner, here)
    tab.pause(capacity="1 t", answered=False)
    assert state(tab.pause(capacity="10 t")) == "saved"
    assert tab.save(capacity="").status_code == 302
    draft.refresh_from_db()
    assert draft.capacity == ""


def test_going_back_to_a_page_after_saving_is_no_clash_with_oneself(draft, owner, here):
    tab = Tab(owner, here)
    assert tab.save(capacity="1 t").status_code == 302
    assert tab.save(capacity="2 t").status_code == 302
    draft.refresh_from_db()
    assert draft.capacity == "2 t"


# --- Two at once ---------------------------------------------------------------------------


def test_edits_of_different_fields_are_merged(draft, owner, colleague, here):
    mine, theirs = Tab(owner, here), Tab(colleague, here)
    theirs.save(capacity="20 t")
    assert mine.save(motivation="Vender").status_code == 302
    assert theirs.save(languages_spoken="Español").status_code == 302
    draft.refresh_from_db()
    assert (draft.capacity, draft.motivation, draft.languages_spoken) == (
        "20 t", "Vender", "Español",
    )  # fmt: skip


def test_edits_of_one_field_are_shown_side_by_side(draft, owner, colleague, here):
    mine = Tab(owner, here)
    Tab(colleague, here).save(capacity="20 t")
    when = draft.history.first().history_date
    page = mine.save(capacity="30 t", motivation="Vender")
    assert page.status_code == 409
    (clash,) = page.context["clashes"]
    (side,) = clash.sides
    assert (side.theirs, side.mine) == ("20 t", "30 t")
    assert (clash.who, clash.when) == ("Ana Colega", when)
    assert " checked" not in words(page)
    draft.refresh_from_db()
    assert (draft.capacity, draft.motivation) == ("20 t", "Vender")  # the rest is stored


@pytest.mark.parametrize(("choice", "stored"), [("mine", "30 t"), ("theirs", "20 t")])
def test_choice_decides(draft, owner, colleague, here, choice, stored):
    mine = Tab(owner, here)
    Tab(colleague, here).save(capacity="20 t", motivation="Vender en Japón")
    page = mine.save(capacity="30 t")
    data = dict(page.context["typed"]) | {"version": str(page.context["version"]), "turn": 0}
    refused = owner.post(here, data)
    assert refused.status_code == 422
    assert "is-invalid" in words(refused)
    data |= {"version": str(refused.context["version"]), "choice-capacity": choice}
    assert owner.post(here, data).status_code == 302
    draft.refresh_from_db()
    assert (draft.capacity, draft.motivation) == (stored, "Vender en Japón")
    assert not owner.get(here).context["is_kept"]


def test_choice_that_was_overtaken_is_asked_again(draft, owner, colleague, here):
    mine = Tab(owner, here)
    Tab(colleague, here).save(capacity="20 t")
    page = mine.save(capacity="30 t")
    Tab(colleague, here).save(capacity="21 t")
    data = dict(page.context["typed"]) | {
        "version": str(page.context["version"]), "choice-capacity": "mine",
    }  # fmt: skip
    page = owner.post(here, data)
    assert page.status_code == 409
    assert page.context["clashes"][0].sides[0].theirs == "21 t"


def test_choice_of_a_declaration_that_was_taken_back(draft, owner, colleague):
    here = url("section_declarations", draft.reference)
    mine, theirs = Tab(owner, here), Tab(colleague, here)
    theirs.save(accepts_rules="on")
    mine.save(accepts_rules="on")  # the same: no clash
    assert Application.objects.get().accepts_rules
    Tab(colleague, here).save(accepts_rules="")
    assert mine.save(accepts_rules="on").status_code == 302  # unchanged by me
    assert not Application.objects.get().accepts_rules


def test_pause_that_clashes_leads_to_both_versions(draft, owner, colleague, here):
    mine = Tab(owner, here)
    Tab(colleague, here).save(capacity="20 t")
    answer = mine.pause(capacity="30 t", motivation="Vender")
    assert state(answer) == "clash"
    assert f"{here}?compare" in words(answer)
    page = owner.get(f"{here}?compare")
    assert page.context["clashes"][0].sides[0].mine == "30 t"
    data = dict(page.context["typed"]) | {
        "version": str(page.context["version"]), "choice-capacity": "mine", "stay": "1",
    }  # fmt: skip
    assert owner.post(here, data).url == here
    draft.refresh_from_db()
    assert (draft.capacity, draft.motivation) == ("30 t", "Vender")


def test_prices_and_their_unit_are_decided_as_one(draft, owner, colleague):
    product = factories.product(draft.company)
    here = url("product_edit", draft.reference, product.pk)
    mine = Tab(owner, here)
    Tab(colleague, here).save(fob_min_usd="1", fob_max_usd="2", unit="kg")
    page = mine.save(fob_max_usd="20", name_en="Hass avocado")
    (clash,) = page.context["clashes"]
    assert [side.theirs for side in clash.sides][:2] == ["1", "2"]
    data = dict(page.context["typed"]) | {
        "version": str(page.context["version"]), "choice-fob_min_usd": "theirs",
    }  # fmt: skip
    assert owner.post(here, data).status_code == 302
    product.refresh_from_db()
    assert (str(product.fob_max_usd), product.unit, product.name_en) == (
        "2.00", "kg", "Hass avocado",
    )  # fmt: skip


def test_company_keeps_the_size_that_follows_from_both_edits(draft, owner, colleague):
    here = url("section_company", draft.reference)
    mine, theirs = Tab(owner, here), Tab(colleague, here)
    theirs.save(employees="5")
    mine.save(annual_sales_mxn="1000000")
    assert Company.objects.get().size == "micro"


def test_product_that_a_colleague_has_deleted_is_shown_to_copy(draft, owner):
    product = products.save_product(draft, factories.new_product(draft.company))
    tab = Tab(owner, url("product_edit", draft.reference, product.pk))
    products.delete_product(draft, product)
    page = tab.save(description_es="Una caja de cuatro kilos.")
    assert page.status_code == 409
    assert "Una caja de cuatro kilos." in words(page)
    assert state(tab.pause(port="Veracruz")) == "refused"


def test_forged_version_overwrites_nothing(draft, owner, colleague, here):
    Tab(colleague, here).save(capacity="20 t")
    for version in ("", "x", "x" * 9000, str(versions.opened(draft.created_by, {}))[:-1] + "0"):
        page = owner.post(here, {"capacity": "30 t", "version": version, "turn": "-1"})
        assert page.status_code == 409
    draft.refresh_from_db()
    assert draft.capacity == "20 t"


# --- The session has ended -----------------------------------------------------------------


def test_text_of_an_ended_session_is_there_after_the_login(draft, here):
    client = signed_in(draft.created_by)
    tab = Tab(client, here)
    tab.pause(capacity="20 t")
    client.cookies.pop("sessionid")
    answer = tab.save(motivation="Vender en China", first_export_year="19x")
    assert answer.url == f"{LOGIN}?next={here}"
    assert not Application.objects.get().motivation
    client.force_login(draft.created_by)  # keeps what the session has, as a log-in does
    page = client.get(here)
    assert page.context["is_kept"]
    tab.read(page)
    assert (tab.values["motivation"], tab.values["first_export_year"]) == ("Vender en China", "19x")
    assert tab.save(first_export_year="1999").status_code == 302
    stored = Application.objects.get()
    assert (stored.motivation, stored.first_export_year) == ("Vender en China", 1999)
    assert not client.get(here).context["is_kept"]


def test_text_of_an_ended_session_does_not_overwrite_a_colleague(draft, colleague, here):
    client = signed_in(draft.created_by)
    tab = Tab(client, here)
    client.cookies.pop("sessionid")
    tab.save(capacity="30 t")
    Tab(colleague, here).save(capacity="20 t")
    client.force_login(draft.created_by)
    tab.read(client.get(here))
    assert tab.save().status_code == 409


def test_kept_text_stands_beside_what_a_colleague_has_stored_since(draft, owner, colleague, here):
    Tab(owner, here).pause(capacity="20 t", first_export_year="2999")
    Tab(colleague, here).save(capacity="30 t", motivation="Vender")
    tab = Tab(owner, here)
    shown = [tab.values[name] for name in ("capacity", "motivation", "first_export_year")]
    assert shown == ["30 t", "Vender", "2999"]
    assert tab.save(first_export_year="1999").status_code == 302
    draft.refresh_from_db()
    assert (draft.capacity, draft.motivation) == ("30 t", "Vender")


def test_choice_that_was_not_made_is_asked_again_after_the_login(draft, colleague, here):
    client = signed_in(draft.created_by)
    mine = Tab(client, here)
    Tab(colleague, here).save(capacity="20 t")
    page = mine.save(capacity="30 t")
    client.cookies.pop("sessionid")
    client.post(here, dict(page.context["typed"]) | {"version": str(page.context["version"])})
    client.force_login(draft.created_by)
    mine.read(client.get(here))
    assert mine.values["capacity"] == "30 t"
    assert mine.save().status_code == 409


def test_text_that_the_browser_brought_back_is_shown_beside_what_is_stored(draft, owner, here):
    tab = Tab(owner, here)
    tab.version = str(tab.page.context["unseen"])
    Application.objects.update(capacity="20 t")
    assert state(tab.pause(capacity="30 t")) == "clash"
    assert owner.get(here).context["is_kept"]


def test_pause_of_an_ended_session_says_so_with_a_way_to_log_in(owner, here):
    tab = Tab(owner, here)
    owner.cookies.pop("sessionid")
    answer = tab.pause(motivation="Vender")
    assert (answer.status_code, state(answer)) == (200, "ended")
    assert f"{LOGIN}?next={here}" in words(answer)
    assert "password" not in words(answer)


def test_kept_text_is_for_the_person_who_typed_it(draft, here):
    client = signed_in(draft.created_by)
    tab = Tab(client, here)
    client.cookies.pop("sessionid")
    tab.save(motivation="Vender")
    client.force_login(factories.exporter(draft.company))
    assert not client.get(here).context["is_kept"]


def test_kept_text_belongs_to_its_page_in_any_language(draft, here):
    client = signed_in(draft.created_by)
    tab = Tab(client, here)
    client.cookies.pop("sessionid")
    tab.save(motivation="Vender")
    client.force_login(draft.created_by)
    assert not client.get(url("section_company", draft.reference)).context["is_kept"]
    assert client.get(f"/en{here}").context["is_kept"]


def test_kept_text_is_forgotten_after_an_hour(draft, here):
    with time_machine.travel("2018-08-24 12:00Z", tick=False) as clock:
        client = signed_in(draft.created_by)
        tab = Tab(client, here)
        tab.pause(first_export_year="2999")
        clock.shift(datetime.timedelta(minutes=59))
        assert client.get(here).context["is_kept"]
        clock.shift(datetime.timedelta(minutes=2))
        assert not client.get(here).context["is_kept"]


def test_session_that_only_keeps_text_lives_an_hour(owner, here):
    tab = Tab(owner, here)
    owner.cookies.pop("sessionid")
    tab.save(motivation="Vender")
    assert owner.session.get_expiry_age() <= kept.SECONDS


def test_kept_text_is_discarded_on_request(owner, here):
    Tab(owner, here).pause(first_export_year="2999")
    assert owner.get(here).context["is_kept"]
    assert owner.post(here, {"discard": "1"}).url == here
    assert not owner.get(here).context["is_kept"]


def test_kept_text_has_a_limit(owner, here):
    tab = Tab(owner, here)
    answer = tab.pause(motivation="x" * 20_000)
    assert state(answer) == "lost"
    assert not owner.get(here).context["is_kept"]


def test_session_keeps_text_of_few_pages(draft, owner):
    for _ in range(kept.PAGES + 2):
        product = factories.product(draft.company)
        Tab(owner, url("product_edit", draft.reference, product.pk)).pause(hs_code="x")
    assert len(owner.session[kept.SESSION_KEY]) == kept.PAGES


def test_strangers_keep_nothing(db, client, draft, here):
    for version in ({}, {"version": "x"}):
        assert client.post(here, {"motivation": "x"} | version).url == f"{LOGIN}?next={here}"
    assert "sessionid" not in client.cookies


def test_new_sessions_that_keep_text_are_limited(owner, here):
    tab = Tab(owner, here)
    data = tab.data(motivation="x")
    for number in range(kept.NEW_SESSIONS_PER_HOUR + 1):
        answer = Client().post(here, data)
        assert ("sessionid" in answer.cookies) == (number < kept.NEW_SESSIONS_PER_HOUR)


def test_registration_of_an_ended_session_is_there_after_the_login(db):
    person = factories.person()
    client = signed_in(person)
    tab = Tab(client, url("apply"))
    client.cookies.pop("sessionid")
    assert tab.save(legal_name="Botas, S.A.", rfc="BVU8705").url == f"{LOGIN}?next={url('apply')}"
    client.force_login(person)
    tab.read(client.get(url("apply")))
    assert (tab.values["legal_name"], tab.values["rfc"]) == ("Botas, S.A.", "BVU8705")
    assert tab.save(rfc="BVU870512AU2").status_code == 302
    assert Company.objects.get().legal_name == "Botas, S.A."
    assert kept.SESSION_KEY not in client.session or not client.session[kept.SESSION_KEY]


# --- Cross-site request forgery ------------------------------------------------------------


@pytest.fixture
def strict(draft) -> Client:
    return signed_in(draft.created_by, enforce_csrf_checks=True)


ORIGIN = {"HTTP_ORIGIN": "http://testserver"}


def test_refused_form_is_offered_again(draft, strict, here):
    data = Tab(strict, here).data(motivation="Vender")
    page = strict.post(here, data, **ORIGIN)
    assert page.status_code == 403
    assert f'href="{here}"' in words(page)
    assert strict.get(here).context["form"]["motivation"].value() == "Vender"
    answer = strict.post(here, data | {"autosave": "1"}, **ORIGIN)
    assert (answer.status_code, state(answer)) == (403, "stale")


def test_refused_form_of_another_site_leaves_no_trace(draft, strict, here):
    data = Tab(strict, here).data(motivation="Vender")
    for origin in ({}, {"HTTP_ORIGIN": "https://evil.example"}, {"HTTP_ORIGIN": "null"}):
        stranger = Client(enforce_csrf_checks=True)
        answer = stranger.post(here, data, **origin)
        assert answer.status_code == 403
        assert "sessionid" not in answer.cookies


def test_refused_form_of_another_page_is_refused_as_ever(strict):
    for address in (url("dashboard"), LOGIN):
        assert strict.post(address, {"version": "x"}, **ORIGIN).status_code == 403


# --- Services ------------------------------------------------------------------------------


def test_save_section_leaves_what_someone_else_has_changed(draft):
    names = ["capacity", "motivation"]
    base = fingerprint(values_of(draft, names))
    Application.objects.update(capacity="20 t")
    draft.capacity, draft.motivation = "30 t", "Vender"
    stored = applications.save_section(draft, names, base)
    assert (stored.capacity, stored.motivation) == ("20 t", "Vender")
    stored.refresh_from_db()
    assert (stored.capacity, stored.motivation) == ("20 t", "Vender")


def test_save_company_section_is_refused_once_sent(db):
    sent = factories.application("submitted")
    sent.company.legal_name = "Otra"
    with pytest.raises(TransitionNotAllowed):
        applications.save_company_section(sent, sent.company, ["legal_name"], {})
    assert Company.objects.get().legal_name != "Otra"


def test_save_company_writes_the_given_fields_only(draft):
    stale = Company.objects.get()
    Company.objects.update(municipality="León")
    stale.legal_name, stale.municipality = "Otra", "Celaya"
    stored = companies.save_company(stale, ["legal_name"])
    assert (stored.legal_name, stored.municipality) == ("Otra", "León")


def test_save_product_that_was_deleted_is_refused(draft):
    product = products.save_product(draft, factories.new_product(draft.company))
    products.delete_product(draft, Product.objects.get())
    with pytest.raises(TransitionNotAllowed):
        products.save_product(draft, product, ["port"], {})


def test_last_edits_name_who_gave_the_present_value(draft, owner, colleague, here):
    Tab(colleague, here).save(capacity="20 t")
    Tab(owner, here).save(motivation="Vender")
    Tab(owner, here).save(capacity="30 t")
    Tab(owner, here).save(capacity="30 t", motivation="Vender más")
    draft.refresh_from_db()
    edits = last_edits(draft, ["capacity", "motivation", "languages_spoken"])
    assert edits["capacity"].person == draft.created_by
    assert edits["capacity"].at < edits["motivation"].at
    assert edits["languages_spoken"].person is None  # as it was created


@race
def test_two_saves_of_one_field_at_once_lose_none(db):
    draft = factories.application(complete=False)
    base = fingerprint(values_of(draft, ["capacity"]))

    def save(text):
        mine = Application.objects.get(pk=draft.pk)
        mine.capacity = text
        return applications.save_section(mine, ["capacity"], base)

    results = at_once(*(lambda text=text: save(text) for text in ("1 t", "2 t", "3 t")))
    assert not failures(results)
    stored = Application.objects.get().capacity
    assert {row.capacity for row in results} == {stored}  # the others are told so
    assert draft.history.count() == 2


# --- The page ------------------------------------------------------------------------------


def test_only_pages_that_save_themselves_load_the_scripts(draft, owner, here):
    page = words(owner.get(here))
    assert "htmx" in page
    assert "js/autosave.js" in page
    config = re.search(r"name=\"htmx-config\" content='([^']+)'", page)[1]
    assert json.loads(config)["allowEval"] is False
    assert json.loads(config)["includeIndicatorStyles"] is False
    assert "htmx" not in words(owner.get(url("application_detail", draft.reference)))


@pytest.mark.parametrize(
    ("name", "queries"), [("product_add", 7), ("product_edit", 9), ("section_experience", 5)]
)
def test_page_with_kept_text_takes_no_more_queries(
    draft, owner, name, queries, django_assert_num_queries
):
    args = [draft.reference]
    if name == "product_edit":
        args.append(factories.product(draft.company).pk)
    for _ in range(2):
        with django_assert_num_queries(queries):
            owner.get(url(name, *args))
        field = {"moq": "x"} if name.startswith("product") else {"first_export_year": "x"}
        Tab(owner, url(name, *args)).pause(**field)


def test_product_with_a_broken_key_is_shown_again_with_its_text(draft, owner):
    page = owner.post(url("product_add", draft.reference), {"key": "x", "name_es": "Bota"})
    assert page.status_code == 422
    assert "Bota" in words(page)
