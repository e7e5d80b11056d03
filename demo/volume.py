"""Very many applications, for measuring: every row obeys the constraints, no row has its own file.

Number n is always the same company, so that a second run only adds what is missing.
"""

from collections.abc import Callable

from django.contrib.auth.models import Group
from django.db import transaction
from django.utils import timezone

from core.models import User
from core.roles import COORDINATORS
from demo import people, specimens, story
from demo.volume_rows import PREFIX, Batch, Cast
from exporters.enums import DocumentKind
from exporters.models import Application, ProductCategory

COLLEAGUES = 10  # coordinators beside the demonstration's own
BATCH = 1000


def fill_up_to(target: int, say: Callable[[str], None]) -> int:
    """Add applications until there are `target` of these; returns how many were added."""
    have = Application.objects.filter(reference__startswith=PREFIX).count()
    cast = cast_of_all()
    for start in range(have, target, BATCH):
        end = min(start + BATCH, target)
        with transaction.atomic():
            Batch(range(start, end), cast).store()
        say(f"{end} of {target} applications")
    return max(target - have, 0)


def cast_of_all() -> Cast:
    """Who and what the rows of every volume share."""
    users = people.ensure_accounts()
    return Cast(
        now=timezone.now(),
        coordinators=[users[people.COORDINATOR.email], *map(_coordinator, range(COLLEAGUES))],
        companies=story.company_rows(),
        products=[row for rows in story.products_by_rfc().values() for row in rows],
        categories={category.code: category for category in ProductCategory.objects.all()},
        specimens={kind: specimens.specimen(kind) for kind in DocumentKind},
    )


def _coordinator(number: int) -> User:
    """Someone with files on the desk, who never logs in."""
    email = f"coordinacion{number:02d}@volumen.example"
    defaults = {"full_name": f"Coordinación {number:02d}", "is_staff": True, "password": "!"}
    user, _ = User.objects.get_or_create(email=email, defaults=defaults)
    user.groups.add(Group.objects.get(name=COORDINATORS))
    return user
