from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class PavilionStatus(TextChoices):
    WAITING = "waiting", _("Waiting for the launch")
    OPEN = "open", _("Open")
    CLOSED = "closed", _("Closed")
