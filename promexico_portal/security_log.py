"""Security events that the libraries announce: log-in, failure, log-out, changed roles."""

import time

from allauth.account.signals import password_changed, password_reset
from allauth.mfa.signals import authenticator_added, authenticator_removed
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db.models.signals import m2m_changed
from django.dispatch import receiver

from core.logs import security_event
from core.models import User

_EVENTS = {
    user_logged_in: "login",
    user_logged_out: "logout",
    password_changed: "password_changed",
    password_reset: "password_reset",
    authenticator_added: "second_factor_added",
    authenticator_removed: "second_factor_removed",
}


@receiver(list(_EVENTS))
def account_event(sender, signal, user=None, **kwargs):
    security_event(_EVENTS[signal], user=user)


@receiver(user_logged_in)
def start_idle_clock(sender, request, user, **kwargs):
    """Written with the new session, so that the first page need not write it again."""
    if user.is_staff:
        request.session["staff_seen"] = int(time.time())


@receiver(user_login_failed)
def login_failed(sender, **kwargs):
    security_event("login_failed")  # not the address: it may be anybody's


@receiver(m2m_changed, sender=User.groups.through)
def roles_changed(sender, instance, action, pk_set, **kwargs):
    if action in {"post_add", "post_remove", "post_clear"}:
        security_event(
            "roles_changed", changed=instance.pk, action=action, roles=sorted(pk_set or ())
        )
