"""Who may see the pavilion, and watch its enquiries."""

from exporters.access import acts_for
from exporters.models import Company
from pavilion.models import Pavilion

HANDOVER = "pavilion.make_handover"
WATCH = "pavilion.watch_enquiries"


def may_preview(user) -> bool:
    return user.is_authenticated and user.is_staff and user.has_perm("pavilion.preview_pavilion")


def may_see(user, pavilion: Pavilion) -> bool:
    return pavilion.is_open or may_preview(user)


def may_see_of(user, pavilion: Pavilion, company: Company, *, is_public: bool) -> bool:
    """A page of a company, or of a product of it, that is public once the pavilion is open.

    Its own team sees it in any case: what is not public yet, and before the launch.
    """
    if is_public and may_see(user, pavilion):
        return True
    return user.is_authenticated and acts_for(user, company)


def may_rehearse(user) -> bool:
    """Whoever steers the launch, and whoever may look behind the door."""
    return user.has_perm("pavilion.steer_pavilion") or user.has_perm("pavilion.preview_pavilion")


def may_read_press(user, pavilion: Pavilion) -> bool:
    """From the launch on everyone, also while the pavilion is closed for a moment."""
    return pavilion.launched_at is not None or may_preview(user)
