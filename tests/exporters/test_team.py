import datetime
import uuid

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from post_office.models import Email

from exporters.enums import TeamChange, TeamRole
from exporters.models import TeamEvent
from exporters.services import team
from exporters.services.team import TeamChangeRefused
from exporters.views.apply import ACCESS_REQUESTS_PER_DAY
from exporters.views.team import EVENTS_SHOWN
from tests import factories
from tests.races import at_once, failures, race


@pytest.fixture
def company(db):
    return factories.company()


@pytest.fixture
def owner(company):
    return factories.owner_of(company)


@pytest.fixture
def invitation(company, owner):
    return team.invite_colleague(
        company, email="Ana@Mail.example", role=TeamRole.EDITOR, actor=owner
    )


def test_invitation_is_mailed_to_the_colleague_in_the_language_of_the_company(company, owner):
    company.language = "en"
    invitation = team.invite_colleague(
        company, email="ana@mail.example", role=TeamRole.EDITOR, actor=owner
    )
    message = Email.objects.get()
    assert message.to == ["ana@mail.example"]
    assert f"https://portal.example/en/invitations/{invitation.token}/" in message.message


def test_second_invitation_replaces_the_first(company, owner, invitation):
    again = team.invite_colleague(
        company, email="ana@mail.example", role=TeamRole.OWNER, actor=owner
    )
    assert list(company.invitations.open()) == [again]
    assert again.token != invitation.token


def test_member_is_not_invited_again(company, owner):
    with pytest.raises(TeamChangeRefused):
        team.invite_colleague(company, email=owner.email.upper(), role=TeamRole.EDITOR, actor=owner)
    assert not Email.objects.exists()


def test_colleague_joins_with_the_role_of_the_invitation(company, invitation):
    ana = factories.person("ana@mail.example")
    member = team.accept_invitation(invitation, user=ana)
    assert (member.company, member.role) == (company, TeamRole.EDITOR)
    assert not company.invitations.open().exists()


def test_invitation_works_once(invitation):
    ana = factories.person("ana@mail.example")
    team.accept_invitation(invitation, user=ana)
    with pytest.raises(TeamChangeRefused):
        team.accept_invitation(invitation, user=ana)


def test_invitation_of_another_person_is_refused(company, invitation):
    with pytest.raises(TeamChangeRefused, match="ana@mail.example"):
        team.accept_invitation(invitation, user=factories.person("eve@mail.example"))
    assert company.team.count() == 1
    assert company.invitations.open().exists()


def test_invitation_expires(invitation):
    ana = factories.person("ana@mail.example")
    late = invitation.expires_at + datetime.timedelta(seconds=1)
    with time_machine.travel(late), pytest.raises(TeamChangeRefused):
        team.accept_invitation(invitation, user=ana)
    with time_machine.travel(invitation.expires_at - datetime.timedelta(seconds=60)):
        assert team.accept_invitation(invitation, user=ana)


def test_revoked_invitation_is_refused(invitation, owner):
    team.revoke_invitation(invitation, actor=owner)
    with pytest.raises(TeamChangeRefused):
        team.accept_invitation(invitation, user=factories.person("ana@mail.example"))


def test_accepted_invitation_is_not_revoked_any_more(invitation, owner):
    team.accept_invitation(invitation, user=factories.person("ana@mail.example"))
    team.revoke_invitation(invitation, actor=owner)
    invitation.refresh_from_db()
    assert invitation.revoked_at is None


def test_last_owner_stays(company, owner):
    member = company.team.get()
    factories.exporter(company, role=TeamRole.EDITOR)
    with pytest.raises(TeamChangeRefused):
        team.change_role(member, TeamRole.EDITOR, actor=owner)
    with pytest.raises(TeamChangeRefused):
        team.remove_member(member, actor=owner)
    member.refresh_from_db()
    assert member.is_owner


def test_owner_may_leave_once_there_is_another(company, owner):
    second = factories.exporter(company, role=TeamRole.EDITOR)
    colleague = company.team.get(user=second)
    team.change_role(colleague, TeamRole.OWNER, actor=owner)
    team.remove_member(company.team.get(user=owner), actor=owner)
    assert [member.user for member in company.team.all()] == [second]


def test_editor_is_removed_at_any_time(company, owner):
    editor = factories.exporter(company, role=TeamRole.EDITOR)
    team.remove_member(company.team.get(user=editor), actor=owner)
    assert company.team.count() == 1


def test_changes_of_a_team_are_security_events(company, owner, invitation, caplog):
    caplog.set_level("INFO", "security")
    member = team.accept_invitation(invitation, user=factories.person("ana@mail.example"))
    team.change_role(member, TeamRole.OWNER, actor=owner)
    team.remove_member(member, actor=owner)
    events = [record.message for record in caplog.records if record.name == "security"]
    assert events == ["team_joined", "team_role_changed", "team_removed"]
    assert "ana@mail.example" not in caplog.text  # no personal data in logs


def test_open_invitations_are_those_of_the_last_fourteen_days(company, invitation):
    type(invitation).objects.update(created_at=timezone.now() - datetime.timedelta(days=14))
    assert not company.invitations.open().exists()


# --- Handing over --------------------------------------------------------------------------


@pytest.fixture
def colleague(company):
    return company.team.get(user=factories.exporter(company, TeamRole.EDITOR))


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def roles(company) -> dict:
    return {member.user_id: member.role for member in company.team.all()}


def test_owner_hands_over_and_becomes_editor(company, owner, colleague):
    client = signed_in(owner)
    address = reverse("exporters:team_hand_over", args=[company.slug])
    assert address in client.get(reverse("exporters:team", args=[company.slug])).content.decode()
    assert client.get(address).context["colleagues"]
    answer = client.post(address, {"member": colleague.pk, "understood": "on"})
    assert answer.url == reverse("exporters:team", args=[company.slug])
    assert roles(company) == {owner.pk: "editor", colleague.user_id: "owner"}
    event = company.team_events.get()
    assert (event.change, event.actor, event.person) == (
        TeamChange.HANDED_OVER, owner, str(colleague.user),
    )  # fmt: skip
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    ("change", "field"),
    [({"understood": ""}, "understood"), ({"member": ""}, "member"), ({"member": "0"}, "member")],
)
def test_handing_over_needs_a_colleague_and_a_confirmation(
    company, owner, colleague, change, field
):
    address = reverse("exporters:team_hand_over", args=[company.slug])
    data = {"member": colleague.pk, "understood": "on"} | change
    page = signed_in(owner).post(address, data)
    assert page.status_code == 422
    assert list(page.context["form"].errors) == [field]
    assert roles(company)[owner.pk] == "owner"


def test_owner_alone_is_told_to_invite_first(company, owner):
    page = signed_in(owner).get(reverse("exporters:team_hand_over", args=[company.slug]))
    assert not page.context["colleagues"]


def test_only_an_owner_hands_over_and_only_to_the_own_team(company, owner, colleague):
    stranger = factories.company().team.get()
    for to, actor in [
        (colleague, colleague.user),
        (stranger, owner),
        (company.team.first(), owner),
    ]:
        with pytest.raises(TeamChangeRefused):
            team.hand_over(company, to=to, actor=actor)
    assert roles(company) == {owner.pk: "owner", colleague.user_id: "editor"}
    assert not TeamEvent.objects.exists()


def test_handing_over_is_all_or_nothing(company, owner, colleague, monkeypatch):
    def fails(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr(TeamEvent.objects, "create", fails)
    with pytest.raises(RuntimeError):
        team.hand_over(company, to=colleague, actor=owner)
    assert roles(company) == {owner.pk: "owner", colleague.user_id: "editor"}


@race
def test_two_successors_at_once_leave_one_owner():
    company = factories.company()
    owner = factories.owner_of(company)
    colleagues = [
        company.team.get(user=factories.exporter(company, TeamRole.EDITOR)) for _ in range(2)
    ]
    results = at_once(
        *(lambda to=to: team.hand_over(company, to=to, actor=owner) for to in colleagues)
    )
    assert [type(error) for error in failures(results)] == [TeamChangeRefused]
    assert sorted(roles(company).values()) == ["editor", "editor", "owner"]


# --- The log -------------------------------------------------------------------------------


def test_every_change_of_the_team_is_recorded(company, owner, invitation):
    ana = factories.person("ana@mail.example")
    member = team.accept_invitation(invitation, user=ana)
    team.change_role(member, TeamRole.OWNER, actor=owner)
    team.change_role(member, TeamRole.OWNER, actor=owner)  # nothing changes
    team.remove_member(member, actor=owner)
    second = team.invite_colleague(company, email="leo@mail.example", role="editor", actor=owner)
    team.revoke_invitation(second, actor=owner)
    team.revoke_invitation(second, actor=owner)  # was withdrawn already
    events = company.team_events.values_list("change", "person", "detail", "actor")
    assert list(events)[::-1] == [
        ("invited", "ana@mail.example", "editor", owner.pk),
        ("joined", "ana@mail.example", "editor", ana.pk),
        ("role_changed", "ana@mail.example", "owner", owner.pk),
        ("removed", "ana@mail.example", "", owner.pk),
        ("invited", "leo@mail.example", "editor", owner.pk),
        ("invitation_withdrawn", "leo@mail.example", "", owner.pk),
    ]


def test_team_page_shows_the_last_changes_newest_first(company, owner, colleague):
    for number in range(EVENTS_SHOWN + 1):
        TeamEvent.objects.create(
            company=company, change="invited", person=f"n{number}@mail.example", actor=owner
        )
    page = signed_in(colleague.user).get(reverse("exporters:team", args=[company.slug]))
    titles = [event["title"] for event in page.context["events"]]
    assert len(titles) == EVENTS_SHOWN
    assert f"n{EVENTS_SHOWN}@" in titles[0]


@pytest.mark.parametrize("rows", [1, 3])
def test_team_page_takes_the_same_queries_for_one_row_and_for_three(
    company, owner, rows, django_assert_num_queries
):
    for number in range(rows):
        factories.exporter(company, TeamRole.EDITOR)
        team.invite_colleague(company, email=f"a{number}@m.example", role="editor", actor=owner)
    client = signed_in(owner)
    with django_assert_num_queries(7):
        client.get(reverse("exporters:team", args=[company.slug]))
    with django_assert_num_queries(6):
        client.get(reverse("exporters:team_hand_over", args=[company.slug]))


# --- Asking for access ---------------------------------------------------------------------


def ask(client, rfc):
    return client.post(reverse("exporters:access_request"), {"rfc": rfc}, follow=True)


def test_taken_rfc_offers_to_ask_its_owners(company, owner):
    client = signed_in(factories.person())
    page = client.post(
        reverse("exporters:apply"),
        {"rfc": company.rfc, "legal_name": "X", "language": "es", "key": str(uuid.uuid4())},
    )
    assert page.status_code == 422
    content = page.content.decode()
    assert reverse("exporters:access_request") in content
    assert company.legal_name not in content
    assert owner.email not in content


@pytest.mark.parametrize("language", ["es", "en", "zh-hans"])
def test_owners_are_told_who_asks_and_the_one_who_asks_learns_nothing(company, owner, language):
    company.language = language
    company.save()
    factories.exporter(company, TeamRole.EDITOR)
    person = factories.person("ana@mail.example", full_name="Visit evil.example")
    page = ask(signed_in(person), company.rfc)
    mail = Email.objects.get()
    assert mail.to == [owner.email]
    assert "ana@mail.example" in mail.message
    assert reverse("exporters:team", args=[company.slug]) in mail.message
    assert "evil.example" not in mail.message
    content = page.content.decode()
    assert owner.email not in content
    assert company.name not in content


def test_answer_is_the_same_for_an_rfc_that_nobody_registered(company):
    person = factories.person()
    answers = [ask(signed_in(person), rfc) for rfc in (company.rfc, factories.new_rfc())]
    said = [[str(message) for message in page.context["messages"]] for page in answers]
    assert said[0] == said[1] != []
    assert Email.objects.count() == 1


def test_member_does_not_ask_the_own_company(company, owner):
    ask(signed_in(owner), company.rfc)
    assert not Email.objects.exists()


def test_asking_is_limited_and_a_security_event(company, caplog):
    caplog.set_level("INFO", "security")
    client = signed_in(factories.person("ana@mail.example"))
    for _ in range(ACCESS_REQUESTS_PER_DAY + 1):
        ask(client, company.rfc)
    assert Email.objects.count() == ACCESS_REQUESTS_PER_DAY
    events = [r.message for r in caplog.records if r.name == "security"]
    assert events.count("team_access_requested") == ACCESS_REQUESTS_PER_DAY
    assert "ana@mail.example" not in caplog.text


@pytest.mark.parametrize("rfc", ["", "XAXX010101000", "x" * 21, "A\x00"])
def test_asking_without_a_real_rfc_mails_nobody(company, rfc):
    assert ask(signed_in(factories.person()), rfc).status_code == 200
    assert not Email.objects.exists()


def test_one_address_is_invited_five_times_a_day_by_all_together(db):
    codes = []
    for number in range(6):
        company = factories.company(factories.person())
        client = Client()
        client.force_login(factories.owner_of(company))
        url = reverse("exporters:team", args=[company.slug])
        address = "Ana@mail.example" if number % 2 else "ana@mail.example"
        codes.append(client.post(url, {"email": address, "role": "editor"}).status_code)
    assert codes == [302] * 5 + [429]
