"""Recruitment: stages, invitations, the way in for who is invited, and conversion."""

import datetime
import uuid

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from post_office.models import Email

from core.workflow import SYSTEM, TransitionNotAllowed
from exporters.company_names import name_key
from exporters.enums import ENDED_LEADS, LeadStage
from exporters.models import Company, Lead, LeadInvitation, LeadObjection, LeadTransition
from exporters.services import companies, leads
from exporters.views.lead_invitation import SESSION_KEY
from exporters.workflow import LEAD
from tests import factories
from tests.constraints import violates
from tests.races import at_once, failures, race

LIST = reverse("admin:exporters_lead_changelist")
BY_STAFF = [step.name for step in LEAD.transitions if step.permission]
REASON = {"reason_code": "freight", "reason_text": "Flete caro."}


def page_of(lead) -> str:
    return reverse("admin:exporters_lead_change", args=[lead.pk])


def button(lead, name: str) -> str:
    return reverse("admin:exporters_lead_move", args=[lead.pk, name])


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def change(lead, **values):
    """Past every model and service, straight to the database."""
    Lead.objects.filter(pk=lead.pk).update(**values)


def take(lead, name, actor):
    if name == "invite":
        return leads.invite_lead(lead, actor=actor, email=lead.email).lead
    return leads.move_lead(lead, name, actor=actor, **(REASON if name == "lose" else {}))


def verified(user):
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def new_company(**fields) -> Company:
    """Unsaved."""
    rfc = factories.new_rfc()
    return Company(rfc=rfc, legal_name=f"Mieles {rfc}, S.A.", **fields)


@pytest.fixture
def recruiter(db):
    return factories.coordinator(full_name="Carmen Coordinadora")


@pytest.fixture
def desk(recruiter) -> Client:
    return signed_in(recruiter)


@pytest.fixture
def lead(recruiter) -> Lead:
    return factories.lead(actor=recruiter)


@pytest.fixture
def invitation(lead, recruiter) -> LeadInvitation:
    return leads.invite_lead(lead, actor=recruiter, email=lead.email)


# --- Stages ----------------------------------------------------------------------------------

STAGES = [stage for stage in LeadStage.values if stage != "converted"]


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("name", BY_STAFF)
def test_step_is_taken_from_the_stages_of_the_table_and_no_other(recruiter, name, stage):
    lead = factories.lead(stage, actor=recruiter)
    steps = lead.transitions.count()
    if stage in LEAD[name].sources:
        moved = take(lead, name, recruiter)
        assert moved.status == LEAD[name].target
        row = lead.transitions.last()
        assert (row.from_status, row.to_status, row.actor) == (stage, moved.status, recruiter)
    else:
        with pytest.raises(TransitionNotAllowed):
            take(lead, name, recruiter)
        assert lead.transitions.count() == steps
        lead.refresh_from_db()
        assert lead.status == stage


def test_step_needs_the_permission(lead):
    with pytest.raises(TransitionNotAllowed):
        leads.move_lead(lead, "contact", actor=factories.finance())
    lead.refresh_from_db()
    assert lead.status == "new"
    assert not LeadTransition.objects.exists()


def test_lost_lead_keeps_its_reason_as_an_objection_and_loses_its_plan(recruiter):
    lead = factories.lead(
        "invited", actor=recruiter, next_action="Llamar", next_action_on=timezone.localdate()
    )
    lost = leads.move_lead(lead, "lose", actor=recruiter, **REASON)
    assert (lost.next_action, lost.next_action_on) == ("", None)
    objection = lost.objections.get()
    assert (objection.code, objection.note) == ("freight", "Flete caro.")
    assert not LeadInvitation.objects.open().exists()
    reopened = leads.move_lead(lost, "reopen", actor=recruiter)
    leads.move_lead(reopened, "lose", actor=recruiter, **REASON)
    assert lost.objections.count() == 1  # once, however often it is lost for it


def test_losing_needs_a_coded_reason(lead, recruiter):
    with pytest.raises(TransitionNotAllowed):
        leads.move_lead(lead, "lose", actor=recruiter, reason_code="ugly", reason_text="x")
    assert not lead.objections.exists()


# --- Saving ----------------------------------------------------------------------------------


def test_lead_is_stored_once_for_each_key(recruiter):
    facts = {"company_name": "Mieles", "source_kind": "fair", "idempotency_key": uuid.uuid4()}
    first = leads.save_lead(Lead(**facts, email="ANA@Mieles.example"), actor=recruiter)
    again = leads.save_lead(Lead(**facts), actor=recruiter)
    assert again == first
    assert (first.email, first.created_by) == ("ana@mieles.example", recruiter)


def test_saving_changes_only_what_was_typed(lead, recruiter):
    mine = Lead.objects.get(pk=lead.pk)
    leads.move_lead(lead, "contact", actor=recruiter)
    mine.company_name, mine.notes = "Miel de Ébano, S.A.", "not mine to save"
    saved = leads.save_lead(mine, actor=recruiter, fields=["company_name"])
    assert (saved.status, saved.notes) == ("contacted", "")
    assert saved.name_key == "miel de ebano"


def test_ended_lead_takes_no_plan(lead, recruiter):
    mine = Lead.objects.get(pk=lead.pk)
    leads.move_lead(lead, "lose", actor=recruiter, **REASON)
    mine.next_action, mine.next_action_on = "Llamar", timezone.localdate()
    with pytest.raises(TransitionNotAllowed, match="Reabr|Reopen"):
        leads.save_lead(mine, actor=recruiter, fields=["next_action", "next_action_on"])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Mieles Ibáñez, S.A. de C.V.", "MIELES IBAÑEZ SA DE CV"),
        ("Nopal, S.P.R. de R.L.", "nopal"),
        ("Agro-Industrias  del Sur S. de R.L. de C.V.", "Agro Industrias del Sur, S de RL de CV"),
        ("Envolturas del Valle, S.A.S. de C.V.", "Envolturas del Valle SAPI de CV"),
    ],
)
def test_name_is_known_however_it_is_written(one, other):
    assert name_key(one) == name_key(other)


def test_name_is_not_emptied_with_its_legal_form():
    assert name_key("S.A. de C.V.")
    assert name_key("La Casa") != name_key("La Ca")


# --- Constraints -----------------------------------------------------------------------------


def test_rfc_is_of_one_lead(recruiter):
    rfc = factories.new_rfc()
    factories.lead(actor=recruiter, rfc=rfc)
    with violates(Lead, "one_lead_per_rfc"):
        change(factories.lead(actor=recruiter), rfc=rfc)


def test_converted_lead_has_its_company(lead):
    with violates(Lead, "converted_lead_has_its_company"):
        change(lead, status="converted")
    with violates(Lead, "converted_lead_has_its_company"):
        change(lead, company=factories.company())


def test_next_action_has_its_date(lead):
    with violates(Lead, "next_action_has_its_date"):
        change(lead, next_action="Llamar")
    with violates(Lead, "next_action_has_its_date"):
        change(lead, next_action_on=timezone.localdate())


@pytest.mark.parametrize("stage", ENDED_LEADS)
def test_ended_lead_has_no_next_action(lead, stage):
    company = factories.company() if stage == "converted" else None
    with violates(Lead, "ended_lead_has_no_next_action"):
        change(
            lead,
            status=stage,
            company=company,
            next_action="Llamar",
            next_action_on=timezone.localdate(),
        )


def test_objection_is_once_per_lead(lead):
    LeadObjection.objects.create(lead=lead, code="fee")
    with violates(LeadObjection, "objection_is_once_per_lead"):
        LeadObjection.objects.create(lead=lead, code="fee")


def test_lead_has_one_open_invitation(lead, recruiter):
    facts = {"lead": lead, "email": lead.email, "sent_by": recruiter}
    LeadInvitation.objects.create(**facts, accepted_at=timezone.now())
    LeadInvitation.objects.create(**facts, revoked_at=timezone.now())
    LeadInvitation.objects.create(**facts)
    with violates(LeadInvitation, "one_open_invitation_per_lead"):
        LeadInvitation.objects.create(**facts)


# --- Invitations -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "subject", "prefix"),
    [
        ("es", "Lleve", ""),
        ("en", "Bring", "/en"),
        ("zh-hans", "邀请", "/zh-hans"),
    ],
)
def test_invitation_is_mailed_in_the_language_of_the_lead(recruiter, language, subject, prefix):
    lead = factories.lead(actor=recruiter, language=language, company_name="Mieles {{ x }} & Cía")
    invitation = leads.invite_lead(lead, actor=recruiter, email="Ana@Otra.example")
    message = Email.objects.get()
    assert message.to == ["ana@otra.example"]
    assert message.subject.startswith(subject)
    assert f"https://portal.example{prefix}/invited/{invitation.token}/" in message.message
    for word in ("Mieles {{ x }} & Cía", "Expo de la Miel", "Carmen Coordinadora"):
        assert word in message.message
    assert "INVALID" not in message.message


def test_second_invitation_replaces_the_first(lead, invitation, recruiter):
    again = leads.invite_lead(lead, actor=recruiter, email=lead.email)
    assert list(LeadInvitation.objects.open()) == [again]
    assert leads.find_invitation(invitation.token) is None


def test_invitation_is_sent_to_a_lead_whose_address_was_not_known(recruiter):
    lead = factories.lead(actor=recruiter, email="")
    leads.invite_lead(lead, actor=recruiter, email="ana@mieles.example")
    lead.refresh_from_db()
    assert lead.email == "ana@mieles.example"


def test_one_address_is_not_mailed_without_end(lead, recruiter):
    for _ in range(leads.INVITATIONS_PER_DAY):
        leads.invite_lead(lead, actor=recruiter, email=lead.email)
    with pytest.raises(TransitionNotAllowed):
        leads.invite_lead(lead, actor=recruiter, email=lead.email)
    assert Email.objects.count() == leads.INVITATIONS_PER_DAY


def test_one_person_does_not_mail_without_end(lead, recruiter, monkeypatch):
    monkeypatch.setattr(leads, "INVITATIONS_PER_HOUR", 1)
    leads.invite_lead(lead, actor=recruiter, email="a@mail.example")
    with pytest.raises(TransitionNotAllowed):
        leads.invite_lead(lead, actor=recruiter, email="b@mail.example")


def test_lost_lead_is_not_invited(recruiter):
    lead = factories.lead("lost", actor=recruiter)
    with pytest.raises(TransitionNotAllowed):
        leads.invite_lead(lead, actor=recruiter, email=lead.email)
    assert not Email.objects.exists()
    assert not LeadInvitation.objects.exists()


# --- The way in ------------------------------------------------------------------------------


def link(invitation) -> str:
    return reverse("exporters:lead_invitation", args=[invitation.token])


def test_link_says_who_invites_whom_and_is_kept_from_search_and_caches(client, invitation):
    page = client.get(link(invitation))
    text = page.content.decode()
    assert invitation.lead.company_name in text
    assert "Carmen Coordinadora" in text
    assert page["X-Robots-Tag"] == "noindex, nofollow"
    assert "no-store" in page["Cache-Control"]
    assert SESSION_KEY not in client.session


@pytest.mark.parametrize("end", ["revoked", "accepted", "expired", "lost", "unknown"])
def test_dead_links_all_get_the_same_friendly_answer(client, lead, invitation, recruiter, end):
    moment, address = timezone.now(), link(invitation)
    match end:
        case "revoked":
            LeadInvitation.objects.update(revoked_at=moment)
        case "accepted":
            LeadInvitation.objects.update(accepted_at=moment)
        case "lost":
            leads.move_lead(lead, "lose", actor=recruiter, **REASON)
        case "expired":
            moment = invitation.expires_at + datetime.timedelta(seconds=1)
        case "unknown":
            address = reverse("exporters:lead_invitation", args=["made-up"])
    with time_machine.travel(moment):
        page = client.get(address)
        sent = client.post(address)
    for answer in (page, sent):
        assert answer.status_code == 410
        assert reverse("exporters:apply") in answer.content.decode()
        assert lead.company_name not in answer.content.decode()
        assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert SESSION_KEY not in client.session


def test_invited_visitor_finds_sign_up_and_application_filled_in(client, invitation):
    lead = invitation.lead
    answer = client.post(link(invitation))
    assert answer.url.startswith(reverse("account_signup"))
    form = client.get(answer.url).context["form"]
    assert (form["email"].value(), form["full_name"].value()) == (lead.email, "Ana Ejemplo")
    assert client.post(link(invitation), {"known": "1"}).url.startswith(reverse("account_login"))
    client.force_login(factories.person("someone@else.example"))  # the session lives on
    assert client.post(link(invitation)).url == reverse("exporters:apply")
    form = client.get(reverse("exporters:apply")).context["form"]
    assert form["legal_name"].value() == lead.company_name
    assert form["state"].value() == "04"
    assert str(form["phone"].value()) == "+529815550110"
    assert form["contact_email"].value() == lead.email
    assert "rfc" not in form.initial


def test_application_is_filled_in_for_a_verified_address_without_the_link(invitation):
    person = verified(factories.person(invitation.lead.email))
    form = signed_in(person).get(reverse("exporters:apply")).context["form"]
    assert form["legal_name"].value() == invitation.lead.company_name


def test_unverified_address_is_told_nothing(invitation):
    person = factories.person(invitation.lead.email)
    form = signed_in(person).get(reverse("exporters:apply")).context["form"]
    assert form["legal_name"].value() is None
    assert leads.find_invited_lead("", AnonymousUser()) is None


def test_sign_up_without_an_invitation_is_empty(client, db):
    form = client.get(reverse("account_signup")).context["form"]
    assert form["email"].value() is None


def test_invited_company_that_registers_converts_its_lead(invitation):
    client = signed_in(factories.person())
    client.post(link(invitation))
    data = {
        "rfc": factories.new_rfc(),
        "legal_name": "Otro Nombre, S.A.",
        "language": "es",
        "key": str(uuid.uuid4()),
    }
    for _ in range(2):  # a double click
        assert client.post(reverse("exporters:apply"), data).status_code == 302
    company = Company.objects.get()
    assert company.lead == invitation.lead
    assert company.lead.status == "converted"
    assert company.lead.source.endswith("· Expo de la Miel, Yucatán")
    assert SESSION_KEY not in client.session
    invitation.refresh_from_db()
    assert invitation.accepted_at


# --- Conversion ------------------------------------------------------------------------------


def register(owner=None, invitation="", **fields) -> Company:
    owner = owner or factories.person()
    return companies.register_company(new_company(**fields), owner=owner, invitation=invitation)


def lead_of(company) -> Lead | None:
    return Lead.objects.filter(company=company).first()


def test_token_goes_before_rfc_and_rfc_before_address(recruiter, invitation):
    company = new_company()
    owner = verified(factories.person("ana@lead.example"))
    by_rfc = factories.lead(actor=recruiter, rfc=company.rfc)
    by_email = factories.lead(actor=recruiter, email=owner.email)
    companies.register_company(company, owner=owner, invitation=invitation.token)
    assert lead_of(company) == invitation.lead
    by_rfc.refresh_from_db()
    by_email.refresh_from_db()
    assert by_rfc.is_open
    assert by_email.is_open


def test_lead_is_found_by_rfc(recruiter):
    company = new_company()
    owner = verified(factories.person("ana@lead.example"))
    lead = factories.lead(
        actor=recruiter,
        rfc=company.rfc,
        next_action="Llamar",
        next_action_on=timezone.localdate(),
    )
    factories.lead(actor=recruiter, email=owner.email)
    companies.register_company(company, owner=owner)
    assert lead_of(company) == lead
    row = lead.transitions.get()
    assert (row.transition, row.actor) == ("convert", SYSTEM)
    assert lead_of(company).next_action_on is None


def test_lead_is_found_by_a_verified_address(recruiter):
    owner = factories.person("ana@lead.example")
    lead = factories.lead("invited", actor=recruiter, email=owner.email)
    assert lead_of(register(owner)) is None
    verified(owner)
    assert lead_of(register(owner)) == lead
    assert not LeadInvitation.objects.open().exists()


def test_address_of_several_leads_or_of_another_rfc_finds_none(recruiter):
    owner = verified(factories.person("ana@lead.example"))
    factories.lead(actor=recruiter, email=owner.email, rfc=factories.new_rfc())
    assert lead_of(register(owner)) is None
    for _ in range(2):
        factories.lead(actor=recruiter, email=owner.email)
    assert lead_of(register(owner)) is None


def test_lead_that_ended_is_not_converted(recruiter):
    company = new_company()
    factories.lead("lost", actor=recruiter, rfc=company.rfc)
    companies.register_company(company, owner=factories.person())
    assert lead_of(company) is None


@pytest.mark.parametrize("end", ["expired", "revoked"])
def test_token_that_ended_meanwhile_converts_nothing(invitation, end):
    late = invitation.expires_at + datetime.timedelta(seconds=1)
    if end == "revoked":
        LeadInvitation.objects.update(revoked_at=timezone.now())
    with time_machine.travel(late if end == "expired" else timezone.now()):
        assert lead_of(register(invitation=invitation.token)) is None


def test_lead_converts_once(invitation):
    first = register(invitation=invitation.token)
    second = register(invitation=invitation.token)
    assert lead_of(first) == invitation.lead
    assert lead_of(second) is None
    assert invitation.lead.transitions.filter(transition="convert").count() == 1


def test_registration_that_fails_converts_nothing(invitation):
    taken = factories.company()
    with pytest.raises(companies.RfcTaken):
        companies.register_company(
            Company(rfc=taken.rfc, legal_name="Otra"),
            owner=factories.person(),
            invitation=invitation.token,
        )
    invitation.lead.refresh_from_db()
    assert invitation.lead.is_open


@race
def test_of_simultaneous_registrations_one_takes_the_lead():
    invitation = _open_invitation()
    owners = [factories.person() for _ in range(5)]
    calls = [lambda owner=owner: register(owner, invitation=invitation.token) for owner in owners]
    results = at_once(*calls)
    assert not failures(results)
    assert Company.objects.count() == 5
    lead = Lead.objects.get()
    assert lead.company in results
    assert lead.transitions.filter(transition="convert").count() == 1


@race
def test_simultaneous_invitations_leave_one_open():
    actor = factories.coordinator()
    lead = factories.lead(actor=actor)
    results = at_once(*[lambda: leads.invite_lead(lead, actor=actor, email=lead.email)] * 3)
    assert not failures(results)
    assert LeadInvitation.objects.open().count() == 1


def _open_invitation() -> LeadInvitation:
    factories.lead("invited")
    return LeadInvitation.objects.get()


# --- The desk --------------------------------------------------------------------------------


def listed(client, **filters) -> list[Lead]:
    return list(client.get(LIST, filters).context["cl"].result_list)


def test_list_is_filtered_and_searched(desk, recruiter):
    today = timezone.localdate()
    due = factories.lead(
        actor=recruiter, next_action="Llamar", next_action_on=today, company_name="Café Ñandú, S.A."
    )
    soon = factories.lead(
        next_action="Escribir",
        next_action_on=today + datetime.timedelta(days=7),
        source_kind="chamber",
        state="14",
        rfc=factories.new_rfc(),
    )
    lost = factories.lead("lost", owner=None)
    assert listed(desk, owner="me") == [due]
    assert listed(desk, owner="nobody") == [lost]
    assert listed(desk, due="now") == [due]
    assert listed(desk, due="week") == [soon, due]
    assert listed(desk, due="none") == []
    assert listed(desk, stage="lost") == [lost]
    assert listed(desk, state="14") == [soon]
    assert listed(desk, source="chamber") == [soon]
    assert listed(desk, objection="fee") == [lost]
    assert listed(desk, q="CAFE NANDU SA DE CV") == [due]
    assert listed(desk, q=soon.rfc.lower()) == [soon]
    assert listed(desk, q=lost.email) == [lost]
    assert listed(desk, q="%%%") == []


def test_list_marks_what_is_overdue(desk, recruiter):
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    factories.lead(actor=recruiter, next_action="Llamar", next_action_on=yesterday)
    factories.lead(actor=recruiter, next_action="Escribir", next_action_on=timezone.localdate())
    assert desk.get(LIST).content.decode().count("tone-bad") == 1


@pytest.mark.parametrize("rows", [1, 3])
def test_list_takes_the_same_queries_for_one_lead_and_for_three(
    desk, rows, django_assert_num_queries
):
    for _ in range(rows):
        factories.lead("invited")
    desk.get(LIST)  # the first page of a session notes that staff were seen
    # Session, person, permissions, counts of the menu. The list: how many, which.
    with django_assert_num_queries(LIST_QUERIES):
        assert desk.get(LIST).status_code == 200


LIST_QUERIES = 6


@pytest.mark.parametrize("rows", [1, 3])
def test_page_takes_the_same_queries_for_one_objection_and_for_three(
    desk, lead, rows, django_assert_num_queries
):
    for code in ("fee", "freight", "language")[:rows]:
        LeadObjection.objects.create(lead=lead, code=code)
        leads.invite_lead(lead, actor=lead.owner, email=lead.email)
    desk.get(page_of(lead))
    with django_assert_num_queries(PAGE_QUERIES):
        assert desk.get(page_of(lead)).status_code == 200


PAGE_QUERIES = 11


def test_menu_counts_what_is_due(desk, recruiter):
    today = timezone.localdate()
    factories.lead(actor=recruiter, next_action="Llamar", next_action_on=today)
    factories.lead(next_action="Llamar", next_action_on=today - datetime.timedelta(days=3))
    factories.lead(next_action="Llamar", next_action_on=today + datetime.timedelta(days=1))
    page = desk.get(LIST, {"due": "now"})
    section = next(s for s in page.context["desk_menu"] if s.items[0].url.startswith(LIST))
    assert [item.count for item in section.items] == [1, 2, None]
    assert [item.active for item in section.items] == [False, True, False]


def form_of(lead=None, **values) -> dict:
    inlines = {
        f"{prefix}-{name}": 0
        for prefix in ("objections", "invitations", "transitions")
        for name in ("TOTAL_FORMS", "INITIAL_FORMS")
    }
    facts = {
        "company_name": "Mieles Nuevas, S.A.",
        "language": "es",
        "source_kind": "fair",
        "key": str(uuid.uuid4()),
    }
    return facts | (inlines if lead else {}) | values


def test_coordinator_adds_a_lead_once(desk, recruiter):
    data = form_of(rfc="bvu-870512-au2", phone="981 555 0110", owner=recruiter.pk)
    for _ in range(2):  # a double click
        assert desk.post(reverse("admin:exporters_lead_add"), data).status_code == 302
    lead = Lead.objects.get()
    assert (lead.rfc, lead.phone, lead.status) == ("BVU870512AU2", "+529815550110", "new")
    assert (lead.created_by, lead.owner) == (recruiter, recruiter)


def test_adding_a_name_that_is_known_warns(desk, lead):
    data = form_of(company_name=lead.company_name.upper())
    page = desk.post(reverse("admin:exporters_lead_add"), data, follow=True)
    assert page_of(lead) in page.content.decode()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("rfc", "XAXX010101000"),
        ("rfc", "LEAD"),
        ("rfc", "COMPANY"),
        ("company_name", ""),
        ("company_name", "Mieles\u202eEvil"),
        ("email", "nobody"),
        ("phone", "12"),
        ("language", "fr"),
        ("source_kind", "street"),
    ],
)
def test_lead_is_refused_beside_the_field(desk, recruiter, field, value):
    if value == "LEAD":
        value = factories.lead(actor=recruiter, rfc=factories.new_rfc()).rfc
    if value == "COMPANY":
        value = factories.company().rfc
    before = Lead.objects.count()
    page = desk.post(reverse("admin:exporters_lead_add"), form_of(**{field: value}))
    assert page.status_code == 200
    errors = page.context["adminform"].form.errors
    assert errors.get(field) or errors["__all__"]
    assert Lead.objects.count() == before


def test_stage_is_in_no_form(desk, lead):
    data = form_of(lead, status="converted", stage="converted", company="1", notes="Hola")
    data["company_name"] = lead.company_name
    assert desk.post(page_of(lead), data).status_code == 302
    lead.refresh_from_db()
    assert (lead.status, lead.company, lead.notes) == ("new", None, "Hola")


def test_objection_is_added_at_the_desk_once(desk, lead):
    rows = {"objections-TOTAL_FORMS": 2}
    for number in range(2):
        rows |= {f"objections-{number}-code": "fee", f"objections-{number}-note": ""}
    page = desk.post(page_of(lead), form_of(lead, **rows))
    assert page.status_code == 200
    assert not lead.objections.exists()
    rows["objections-1-code"] = "freight"
    assert desk.post(page_of(lead), form_of(lead, **rows)).status_code == 302
    assert lead.objections.count() == 2


def test_plan_of_an_ended_lead_is_refused_beside_its_date(desk, recruiter):
    lost = factories.lead("lost", actor=recruiter)
    data = form_of(lost, next_action="Llamar", next_action_on="2030-01-01")
    page = desk.post(page_of(lost), data)
    assert page.context["adminform"].form.errors["next_action_on"]


def test_buttons_are_those_of_the_table(desk, lead):
    shown = [move.transition.name for move in desk.get(page_of(lead)).context["legal_moves"]]
    assert shown == ["contact", "interest", "lose", "invite"]
    auditor = signed_in(factories.auditor())
    assert auditor.get(page_of(lead)).context["legal_moves"] == []


def test_invitation_is_read_before_it_is_sent(desk, lead, recruiter):
    page = desk.get(button(lead, "invite"))
    text = page.content.decode()
    assert "Lleve Mieles Ejemplo" in text
    assert not Email.objects.exists()
    assert desk.post(button(lead, "invite"), {"email": "nobody"}).status_code == 422
    assert desk.post(button(lead, "invite"), {"email": lead.email}).status_code == 302
    assert Email.objects.get().to == [lead.email]


def test_lead_is_lost_at_the_desk_with_its_reason(desk, lead):
    assert desk.post(button(lead, "lose"), {"reason_code": "fee"}).status_code == 422
    assert desk.post(button(lead, "lose"), REASON).status_code == 302
    lead.refresh_from_db()
    assert lead.status == "lost"


def test_converted_lead_leads_to_its_company_and_back(desk, invitation):
    company = register(invitation=invitation.token)
    company_page = reverse("admin:exporters_company_change", args=[company.pk])
    assert company_page in desk.get(page_of(invitation.lead)).content.decode()
    text = desk.get(company_page).content.decode()
    assert page_of(invitation.lead) in text
    assert "Expo de la Miel" in text


def test_events_of_leads_are_logged_without_personal_data(lead, recruiter, caplog):
    caplog.set_level("INFO", "security")
    invitation = leads.invite_lead(lead, actor=recruiter, email="ana@secret.example")
    register(invitation=invitation.token)
    events = [record.message for record in caplog.records if record.name == "security"]
    assert events == ["lead_invited", "lead_converted"]
    assert "secret" not in caplog.text
