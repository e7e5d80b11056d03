"""Who may see the pavilion, and watch its enquiries."""

from pavilion.models import Pavilion

WATCH = "pavilion.watch_enquiries"


def may_preview(user) -> bool:
    return user.is_authenticated and user.is_staff and user.has_perm("pavilion.preview_pavilion")


def may_see(user, pavilion: Pavilion) -> bool:
    return pavilion.is_open or may_preview(user)
