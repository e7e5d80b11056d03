import datetime

import pytest
import time_machine
from django.utils import timezone
from post_office.models import Email

from exporters.enums import TeamRole
from exporters.services import team
from exporters.services.team import TeamChangeRefused
from tests import factories


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
