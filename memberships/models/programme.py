from django.db import models
from django.utils.translation import gettext_lazy as _

from core.fields import WebAddressField
from memberships.enums import ProgrammeTopic


class ProgrammeFact(models.Model):
    """What the programme publishes about itself on a topic that the law names."""

    topic = models.CharField(
        _("topic"), max_length=20, choices=ProgrammeTopic.choices, unique=True, editable=False
    )
    text = models.TextField(_("text"), max_length=3000, blank=True)
    source_url = WebAddressField(_("source"), blank=True)
    is_placeholder = models.BooleanField(
        _("placeholder"), default=True, help_text=_("Shown as one until the agency confirms it.")
    )

    class Meta:
        verbose_name = _("programme data")
        verbose_name_plural = _("programme data")
        ordering = ["pk"]

    def __str__(self):
        return self.get_topic_display()
