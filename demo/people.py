"""The people of the demonstration and how they log in."""

from dataclasses import dataclass

from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group

from core import roles
from core.models import User
from core.roles import AUDITORS, COORDINATORS, MANAGERS

PASSWORD = "exporta-en-un-click"  # noqa: S105 - public on purpose: the demo never runs in production


@dataclass(frozen=True)
class Account:
    email: str
    name: str
    what: str
    role: str = ""
    superuser: bool = False
    language: str = "es"


COORDINATOR = Account(
    "coordinadora@enunclick.example", "Carmen Coordinadora", "reviews applications", COORDINATORS
)
SECOND_COORDINATOR = Account(
    "coordinador@enunclick.example", "Tomás Turno", "reviews applications", COORDINATORS
)
MANAGER = Account(
    "gerente@enunclick.example", "Gabriela Gerente", "promotions, funds, pavilion", MANAGERS
)
FINANCE = Account("finanzas@enunclick.example", "Fermín Finanzas", "subsidy payment", roles.FINANCE)
EXPORTER = Account(
    "exportadora@enunclick.example", "Elena Exportadora", "exporter, asked for changes"
)
VENDOR = Account("aprobado@enunclick.example", "Andrés Aprobado", "exporter, approved")
ACCOUNTS = (
    COORDINATOR,
    SECOND_COORDINATOR,
    MANAGER,
    FINANCE,
    Account("auditora@enunclick.example", "Aurora Auditora", "reads all", AUDITORS),
    Account("admin@enunclick.example", "Adrián Admin", "superuser", superuser=True),
    EXPORTER,
    VENDOR,
)


def ensure_accounts() -> dict[str, User]:
    """The users of ACCOUNTS by e-mail; made where they are missing."""
    return {account.email: _ensure(account) for account in ACCOUNTS}


def _ensure(account: Account) -> User:
    user = User.objects.filter(email=account.email).first()
    if user:
        return user
    staff = bool(account.role) or account.superuser
    user = User.objects.create_user(
        account.email,
        PASSWORD,
        full_name=account.name,
        is_staff=staff,
        is_superuser=account.superuser,
        language=account.language,
    )
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    if account.role:
        user.groups.add(Group.objects.get(name=account.role))
    return user
