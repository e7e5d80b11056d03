"""Accounts: from sign-up to log-out, and what they tell a stranger."""

import re

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse
from post_office.models import Email

from tests import factories

User = get_user_model()
NEW = {
    "full_name": "Ana Ejemplo",
    "email": "ana@mail.example",
    "password1": factories.PASSWORD,
    "password2": factories.PASSWORD,
    "privacy": "on",
}


def link_in(message: Email) -> str:
    return re.search(r"https?://[^\s/]+(/\S+)", message.message).group(1)


def verified(**fields) -> User:
    user = factories.person(**fields)
    user.emailaddress_set.create(email=user.email, verified=True, primary=True)
    return user


def log_in(client, user, password=factories.PASSWORD, **data):
    return client.post(reverse("account_login"), {"login": user.email, "password": password} | data)


def is_in(client) -> bool:
    return "_auth_user_id" in client.session


def test_newcomer_signs_up_verifies_and_logs_in(client, db):
    assert client.get(reverse("account_signup")).status_code == 200
    answer = client.post(reverse("account_signup"), NEW)
    assert answer.url == reverse("account_email_verification_sent")
    assert not is_in(client)
    user = User.objects.get()
    assert (user.email, user.full_name, user.language) == ("ana@mail.example", "Ana Ejemplo", "es")
    message = Email.objects.get()
    assert message.to == ["ana@mail.example"]
    # An unverified address does not get in.
    log_in(client, user)
    assert not is_in(client)
    path = link_in(Email.objects.first())
    assert client.get(path).status_code == 200
    assert not user.emailaddress_set.get().verified  # looking is not confirming
    client.post(path)
    assert user.emailaddress_set.get().verified
    other = Client()
    assert log_in(other, user).status_code == 302
    assert is_in(other)


def test_language_of_the_page_becomes_the_language_of_the_account(client, db):
    client.post(f"/zh-hans{reverse('account_signup')}", NEW)
    assert User.objects.get().language == "zh-hans"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"password1": "short pass", "password2": "short pass"}, "password1"),
        ({"password1": "qwerty123456", "password2": "qwerty123456"}, "password1"),
        ({"password1": "passwordpassword", "password2": "another password"}, "password2"),
        ({"privacy": ""}, "privacy"),
        ({"full_name": ""}, "full_name"),
        ({"full_name": "Ana\u202eejemplo"}, "full_name"),
        ({"full_name": "x" * 151}, "full_name"),
        ({"email": "nobody"}, "email"),
    ],
)
def test_sign_up_shows_what_is_wrong(client, db, changes, field):
    page = client.post(reverse("account_signup"), NEW | changes)
    assert page.status_code in {200, 422}
    assert list(page.context["form"].errors) == [field]
    assert not User.objects.exists()


def test_privacy_notice_comes_before_the_data(client, db):
    content = client.get(reverse("account_signup")).content.decode()
    assert reverse("privacy") in content
    assert list(client.get(reverse("account_signup")).context["form"].fields)[-1] == "privacy"


def test_sign_up_with_a_known_address_gets_the_same_answer(db):
    known = verified()
    new, again = Client(), Client()
    answers = [
        new.post(reverse("account_signup"), NEW, follow=True),
        again.post(reverse("account_signup"), NEW | {"email": known.email.upper()}, follow=True),
    ]
    assert answers[0].redirect_chain == answers[1].redirect_chain
    pages = [
        re.sub(r'csrfmiddlewaretoken" value="\w+"|nonce|[0-9a-f]{32}', "", a.content.decode())
        .replace(NEW["email"], "")
        .replace(known.email, "")
        for a in answers
    ]
    assert pages[0] == pages[1]
    assert User.objects.count() == 2
    told = Email.objects.get(to=known.email)
    assert link_in(told).endswith((reverse("account_reset_password"), "/"))


def test_reset_of_an_unknown_address_gets_the_same_answer(db):
    known = verified()
    answers = [
        Client().post(reverse("account_reset_password"), {"email": email}, follow=True)
        for email in (known.email, "nobody@mail.example")
    ]
    assert answers[0].redirect_chain == answers[1].redirect_chain
    assert answers[0].status_code == answers[1].status_code == 200


def test_log_in_tells_no_difference_between_a_wrong_address_and_a_wrong_password(db):
    user = verified()
    ghost = User(email="nobody@mail.example")
    pages = [log_in(Client(), who, "not the password") for who in (user, ghost)]
    errors = [page.context["form"].errors.as_json() for page in pages]
    assert errors[0] == errors[1]


def test_password_is_reset_by_mail_and_the_old_one_ends(client, db):
    user = verified()
    client.post(reverse("account_reset_password"), {"email": user.email})
    answer = client.get(link_in(Email.objects.get()), follow=True)
    new = "an even longer password"
    data = {"password1": new, "password2": new}
    client.post(answer.request["PATH_INFO"], data)
    assert log_in(Client(), user).status_code == 200
    fresh = Client()
    assert log_in(fresh, user, new).status_code == 302
    assert is_in(fresh)


def test_reset_link_works_once(client, db):
    user = verified()
    client.post(reverse("account_reset_password"), {"email": user.email})
    path = link_in(Email.objects.get())
    answer = client.get(path, follow=True)
    data = {"password1": "an even longer password", "password2": "an even longer password"}
    client.post(answer.request["PATH_INFO"], data)
    again = Client().get(path, follow=True)
    assert again.context["token_fail"]


@pytest.mark.parametrize("password", ["elevenchars", "password1234", "person.person@mail.exampl"])
def test_weak_password_is_refused_at_change(client, db, password):
    user = verified(email="person.person@mail.example")
    log_in(client, user)
    data = {"oldpassword": factories.PASSWORD, "password1": password, "password2": password}
    page = client.post(reverse("account_change_password"), data)
    assert page.status_code in {200, 422}
    assert page.context["form"].errors


def test_five_wrong_tries_close_the_account_for_a_minute(client, db):
    user = verified()
    for _ in range(5):
        log_in(client, user, "not the password")
    log_in(client, user)
    assert not is_in(client)


def test_session_changes_its_key_at_log_in(client, db):
    user = verified()
    client.get(reverse("account_login"))
    client.session.save()
    session = client.session
    session["seen"] = True
    session.save()
    before = session.session_key
    log_in(client, user)
    assert client.session.session_key != before


def test_password_change_ends_every_other_session(db):
    user = verified()
    here, elsewhere = Client(), Client()
    log_in(here, user)
    log_in(elsewhere, user)
    new = "an even longer password"
    here.post(
        reverse("account_change_password"),
        {"oldpassword": factories.PASSWORD, "password1": new, "password2": new},
    )
    assert elsewhere.get(reverse("exporters:dashboard")).status_code == 302


def test_disabled_person_is_out_at_once(client, db):
    user = verified()
    log_in(client, user)
    User.objects.update(is_active=False)
    assert client.get(reverse("exporters:dashboard")).status_code == 302
    assert log_in(Client(), user).status_code in {200, 302}
    assert not is_in(Client())


def test_log_out_by_post_only(client, db):
    log_in(client, verified())
    assert client.get(reverse("account_logout")).status_code == 200
    assert is_in(client)
    assert client.post(reverse("account_logout")).status_code == 302
    assert not is_in(client)


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "\\\\evil.example"]
)
def test_log_in_leads_nowhere_else(client, db, target):
    answer = log_in(client, verified(), next=target)
    assert answer.url == reverse("exporters:dashboard")


def test_log_in_leads_to_the_page_that_was_asked_for(client, db):
    answer = client.get(reverse("exporters:dashboard"))
    assert answer.url == f"{reverse('account_login')}?next={reverse('exporters:dashboard')}"


@pytest.mark.parametrize("name", ["account_email", "mfa_activate_totp"])
def test_change_of_email_or_second_factor_asks_for_the_password_again(client, db, name):
    client.force_login(verified())  # as after a long time: no recent password
    answer = client.post(reverse(name), {"email": "new@mail.example", "action_add": ""})
    assert answer.status_code == 302
    assert reverse("account_reauthenticate") in answer.url


@pytest.mark.parametrize("email", ["a\x00@mail.example", "a\r\nBcc: b@mail.example", "x" * 300])
def test_hostile_addresses_get_a_field_error(client, db, email):
    for name, field in (("account_signup", "email"), ("account_reset_password", "email")):
        page = client.post(reverse(name), NEW | {field: email})
        assert page.status_code in {200, 422}
        assert field in page.context["form"].errors
    assert not Email.objects.exists()


def test_hostile_log_in_gets_an_answer(client, db):
    for login in ("\x00", "a\x00@mail.example", "x" * 5000, "牛油果@mail.example"):
        answer = client.post(reverse("account_login"), {"login": login, "password": "x\x00"})
        assert answer.status_code in {200, 422}
        assert answer.context["form"].errors


def test_superuser_is_made_on_the_command_line(db):
    user = User.objects.create_superuser("Root@Mail.Example", "x")
    assert user.is_staff
    assert user.is_superuser
    assert User.objects.get_by_natural_key("ROOT@mail.example") == user
    assert str(user) == user.get_full_name() == "root@mail.example"
    assert user.get_short_name() == "root@mail.example"
