"""What this app does with news from the exporters below it."""

from django.dispatch import receiver

from exporters.signals import (
    application_approved,
    approval_reinstated,
    catalogue_changed,
    category_changed,
)
from pavilion.services.launch import launch_if_due
from pavilion.services.listings import follow_category, refresh_listings


@receiver(catalogue_changed)
def follow_the_catalogue(sender, company, products, **kwargs):
    refresh_listings(company, products)


@receiver(category_changed)
def write_its_cards_again(sender, category, **kwargs):
    follow_category(category)


@receiver([application_approved, approval_reinstated])
def show_the_vendor(sender, application, actor, **kwargs):
    refresh_listings(application.company)
    launch_if_due(actor=actor, application=application)
