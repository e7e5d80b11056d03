"""What this app does with news from the exporters below it."""

from django.dispatch import receiver
from django.utils.translation import gettext as _

from exporters.signals import (
    Panel,
    application_approved,
    approval_reinstated,
    catalogue_changed,
    category_changed,
    company_panels_requested,
)
from pavilion.inbox import waiting_by_company
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


@receiver(company_panels_requested)
def company_panels(sender, companies, **kwargs):
    """How many buyers wait for each company that ever got an enquiry."""
    waiting = waiting_by_company(companies)
    return {
        company.pk: Panel(
            _("Enquiries of buyers"),
            "pavilion/_enquiries_panel.html",
            {"waiting": waiting[company.pk], "slug": company.slug},
        )
        for company in companies
        if company.pk in waiting
    }
