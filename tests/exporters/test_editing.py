"""What a company may change, in each status."""

import datetime

import pytest
import time_machine
from django.utils import timezone

from core.workflow import TransitionNotAllowed
from exporters.completeness import SECTIONS
from exporters.editing import EVERYTHING, open_sections, open_targets, require_open
from exporters.enums import CorrectionTarget, DocumentKind
from exporters.models import Application, Correction
from tests import factories

pytestmark = pytest.mark.usefixtures("english")
STATUSES = [status for status in factories._STEPS if status != "changes_requested"]


def ask(*targets: str) -> Application:
    """An application from which these are asked for."""
    application = factories.application("in_review")
    drafts = [factories.correction_draft(target) for target in targets]
    return factories.move(
        application, "request_changes", actor=application.assigned_to, items=drafts
    )


def test_targets_are_the_sections_and_each_document():
    in_form = [CorrectionTarget(target).section for target in CorrectionTarget.values]
    assert list(dict.fromkeys(in_form)) == list(SECTIONS)
    assert set(DocumentKind.values) <= set(CorrectionTarget.values)
    assert open_sections(EVERYTHING) == set(SECTIONS)
    assert open_sections(["address", "deed_or_id"]) == {"documents"}


@pytest.mark.parametrize("status", STATUSES)
def test_draft_is_open_and_what_was_sent_is_closed(db, status):
    application = factories.application(status)
    expected = EVERYTHING if status == "draft" else frozenset()
    assert open_targets(application) == expected
    for target in CorrectionTarget.values:
        if expected:
            require_open(application, target)
        else:
            with pytest.raises(TransitionNotAllowed):
                require_open(application, target)


@pytest.mark.parametrize("target", CorrectionTarget.values)
def test_request_opens_what_was_asked_for_alone(db, target):
    application = ask(target)
    assert open_targets(application) == {target}
    require_open(application, target)
    for other in set(CorrectionTarget.values) - {target}:
        with pytest.raises(TransitionNotAllowed, match="ask"):
            require_open(application, other)


def test_document_that_expires_while_changes_are_requested_becomes_open(db):
    application = ask("company")
    later = timezone.now() + datetime.timedelta(days=200)
    with time_machine.travel(later):
        assert open_targets(application) == {"company", "tax_opinion", "address"}
        factories.document(application, "tax_opinion")
        assert open_targets(application) == {"company", "address"}


def test_section_that_lacks_something_by_now_becomes_open(db):
    application = ask("address")
    type(application.company).objects.update(phone="")
    application.refresh_from_db()
    assert open_targets(application) == {"address", "company"}


def test_request_in_words_alone_leaves_everything_open(db):
    """As requests were made before they had items."""
    application = ask("address")
    Correction.objects.all().delete()
    assert open_targets(application) == EVERYTHING


def test_what_is_known_is_not_read_again(db, django_assert_num_queries):
    application = ask("address")
    corrections = list(application.corrections.open())
    with django_assert_num_queries(0):
        assert open_targets(application, missing=[], corrections=corrections) == {"address"}
