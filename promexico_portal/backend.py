"""Who a session belongs to, and what that person may do: one query each."""

from allauth.account.auth_backends import AuthenticationBackend
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Permission
from django.db.models import BooleanField, Q
from django.db.models.expressions import RawSQL

from core.models import User

# Recovery codes are no second factor of their own.
SECOND_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


class PortalBackend(AuthenticationBackend):
    """allauth's log-in, with fewer questions to the database on every page after it."""

    def get_user(self, user_id):
        """The user with `has_second_factor`, which staff need on each page; None if disabled."""
        # In SQL, since Django writes the same three times as slowly, and this is on every page.
        factor = RawSQL(  # noqa: S611 - constants
            "EXISTS (SELECT 1 FROM mfa_authenticator"
            " WHERE user_id = core_user.id AND type IN (%s, %s))",
            SECOND_FACTORS,
            output_field=BooleanField(),
        )
        user = User.objects.annotate(has_second_factor=factor).filter(pk=user_id).first()
        return user if user and self.user_can_authenticate(user) else None

    def get_all_permissions(self, user_obj, obj=None):
        """Those of the person and those of the groups, in one query instead of two."""
        if not user_obj.is_active or user_obj.is_anonymous or obj is not None:
            return set()
        if not hasattr(user_obj, "_perm_cache"):
            found = Permission.objects.order_by()
            if not user_obj.is_superuser:
                own = user_obj.user_permissions.through.objects.filter(user=user_obj)
                of_groups = Permission.group_set.through.objects.filter(group__user=user_obj)
                found = found.filter(
                    Q(pk__in=own.values("permission")) | Q(pk__in=of_groups.values("permission"))
                )
            names = found.values_list("content_type__app_label", "codename")
            # The name under which Django's own backend keeps them.
            user_obj._perm_cache = {f"{app}.{codename}" for app, codename in names}  # noqa: SLF001
        return user_obj._perm_cache  # noqa: SLF001
