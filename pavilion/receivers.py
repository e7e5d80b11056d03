"""What this app does with news from the exporters below it."""

from django.dispatch import receiver

from exporters.signals import application_approved, approval_reinstated
from pavilion.services.launch import launch_if_due


@receiver([application_approved, approval_reinstated])
def launch_on_approval(sender, application, actor, **kwargs):
    launch_if_due(actor=actor, application=application)
