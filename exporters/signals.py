"""News for the floors above, sent inside the transaction that makes them true."""

from dataclasses import dataclass, field

from django.dispatch import Signal

# application, actor, confirmed_terms (str | None), second_person (who released the decision, or
# None). A receiver refuses by TransitionNotAllowed.
application_approved = Signal()

# application, actor: a suspended approval counts again.
approval_reinstated = Signal()

# application, actor: an approval ended for good.
approval_revoked = Signal()

# company, products (keys, or None for all of them): what buyers see of it has changed.
catalogue_changed = Signal()

# category: its name, or its place among the others, has changed.
category_changed = Signal()

# application, user → each receiver may return a Panel for the review page, or None.
review_panels_requested = Signal()

# application → each receiver may return a Panel for the exporter's page, or None.
exporter_panels_requested = Signal()

# companies → each receiver returns Panels for the exporter's dashboard, by the company's key.
company_panels_requested = Signal()


@dataclass(frozen=True)
class Panel:
    """A card that a floor above contributes to a page of this app."""

    title: str
    template: str
    context: dict = field(default_factory=dict)
    # What the reviewer has seen and confirms by approving; "" when there is nothing to confirm.
    terms: str = ""
    # The same in words, shown beside the box that confirms it.
    summary: str = ""
    # Approving takes a second person, who releases the decision.
    needs_second_person: bool = False


def collect_by_company(companies) -> dict[int, list[Panel]]:
    """The panels of each company, asked for all of them at once."""
    found: dict[int, list[Panel]] = {company.pk: [] for company in companies}
    for _, panels in company_panels_requested.send(sender=None, companies=companies):
        for key, panel in panels.items():
            found[key].append(panel)
    return found


def collect(signal: Signal, **kwargs) -> list[Panel]:
    """The panels that the receivers of `signal` contribute."""
    return [panel for _, panel in signal.send(sender=None, **kwargs) if panel is not None]
