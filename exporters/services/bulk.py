"""One step on many applications: each in its own transaction, each with its own answer."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from core.workflow import TransitionNotAllowed
from exporters.models import Application
from exporters.services import review


@dataclass
class Outcome:
    done: list[Application] = field(default_factory=list)
    refused: list[tuple[Application, str]] = field(default_factory=list)

    @property
    def count(self) -> int:
        return len(self.done) + len(self.refused)


def claim_many(applications: Iterable[Application], *, actor) -> Outcome:
    return _each(applications, lambda row: review.claim_application(row, actor=actor))


def assign_many(applications: Iterable[Application], *, to, actor) -> Outcome:
    return _each(applications, lambda row: review.assign_application(row, to=to, actor=actor))


def _each(applications: Iterable[Application], step: Callable) -> Outcome:
    outcome = Outcome()
    for application in applications:
        try:
            outcome.done.append(step(application))
        except TransitionNotAllowed as refusal:
            outcome.refused.append((application, str(refusal)))
    return outcome
