"""The workflows as Markdown: `python -m tests.workflow_tables >docs/workflows.md`."""

from collections.abc import Iterator


def workflows() -> dict[str, tuple]:
    """Title → (workflow, its statuses, the status in which a row begins)."""
    from exporters.enums import ApplicationStatus, LeadStage, ProductStatus
    from exporters.workflow import APPLICATION, LEAD, PRODUCT
    from memberships.enums import ClaimStatus, MembershipStatus, PromotionStatus
    from memberships.workflow import CLAIM, MEMBERSHIP, PROMOTION
    from pavilion.enums import EnquiryStatus, PavilionStatus
    from pavilion.workflow import ENQUIRY, PAVILION

    return {
        "Application": (APPLICATION, ApplicationStatus, ApplicationStatus.DRAFT),
        "Product": (PRODUCT, ProductStatus, ProductStatus.DRAFT),
        "Lead": (LEAD, LeadStage, LeadStage.NEW),
        "Promotion": (PROMOTION, PromotionStatus, PromotionStatus.PROPOSED),
        "Membership": (MEMBERSHIP, MembershipStatus, MembershipStatus.OFFERED),
        "Claim": (CLAIM, ClaimStatus, ClaimStatus.REQUESTED),
        "Pavilion": (PAVILION, PavilionStatus, PavilionStatus.WAITING),
        "Enquiry": (ENQUIRY, EnquiryStatus, EnquiryStatus.UNCONFIRMED),
    }


def diagram(workflow, start) -> Iterator[str]:
    yield "```mermaid"
    yield "stateDiagram-v2"
    yield f"    [*] --> {start}"
    for step in workflow.transitions:
        for source in sorted(step.sources):
            yield f"    {source} --> {step.target}: {step.name}"
    yield "```"


def table(workflow) -> Iterator[str]:
    yield "| Step | From | To | Permission | Reason |"
    yield "|---|---|---|---|---|"
    for step in workflow.transitions:
        sources = ", ".join(f"`{source}`" for source in sorted(step.sources))
        permission = f"`{step.permission}`" if step.permission else "—"
        reasons = ", ".join(f"`{code}`" for code in step.reasons.values) if step.reasons else "—"
        yield f"| {step.name} | {sources} | `{step.target}` | {permission} | {reasons} |"


def section(title: str) -> str:
    """One workflow: its diagram and its table."""
    workflow, _statuses, start = workflows()[title]
    lines = [f"## {title}", "", *diagram(workflow, start), "", *table(workflow)]
    return "\n".join(lines)


INTRODUCTION = """# Workflows

Every legal move of a row that has a status, as the tables in the `workflow.py` of each app say.
A step without a permission is made by the portal itself or, on an application or a product, by its
company.
This page is written by `python -m tests.workflow_tables >docs/workflows.md`; a test fails when it
differs from the code."""


def document() -> str:
    return "\n\n".join([INTRODUCTION, *(section(title) for title in workflows())]) + "\n"


if __name__ == "__main__":
    import os
    import sys

    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    django.setup()
    sys.stdout.write(document())
