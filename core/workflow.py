"""Status workflows: a table of transitions and the one function that moves a row.

Each workflow is a `Workflow` on one screen in its app's `workflow.py`. Buttons, admin
actions, the diagrams in docs/workflows.md and the tests are driven by that table.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.append_only import AppendOnlyModel

SYSTEM = None  # the actor of a move that no person made
# The refusal of a form whose idempotency key has been used with another content.
SENT_BEFORE = gettext_lazy("This form was sent already, with another content. Open the page again.")


class TransitionNotAllowed(Exception):
    """The table does not allow this move from the row's present status, or to this person.

    Its text is for the person who tried; views and the admin show it as a message.
    """


@dataclass(frozen=True)
class Transition:
    """One legal move.

    `permission` is a Django permission that staff need; None means that the caller has
    checked the scope itself (an exporter on its own application).
    `reasons` are the coded reasons of which one must be given, with a text.
    """

    name: str
    sources: frozenset[str]
    target: str
    label: str
    permission: str | None = None
    reasons: type[models.TextChoices] | None = None
    danger: bool = False


@dataclass(frozen=True)
class Workflow:
    log: str  # related name of the model's log rows
    transitions: tuple[Transition, ...]
    related: tuple[str, ...] = ()  # read with the row when it is locked
    by_name: dict[str, Transition] = field(init=False, repr=False)

    def __post_init__(self):
        object.__setattr__(self, "by_name", {t.name: t for t in self.transitions})

    def __getitem__(self, name: str) -> Transition:
        return self.by_name[name]

    def available(self, instance: models.Model, user) -> list[Transition]:
        """The moves that `user` may make on `instance` now: what buttons show."""
        return [
            t
            for t in self.transitions
            if instance.status in t.sources and t.permission and user.has_perm(t.permission)
        ]

    def move(
        self,
        instance: models.Model,
        name: str,
        *,
        actor,
        reason_code: str = "",
        reason_text: str = "",
        follows: Callable[[models.Model], dict] = lambda row: {},
        **changes,
    ):
        """Move `instance` by the transition `name`, log it, save `changes`; the fresh row.

        Locks the row first, so that of simultaneous callers one moves it and the others get
        TransitionNotAllowed. `changes` are further fields of the row, saved with the status;
        so is what `follows` from the row as it was.
        Must run inside the caller's transaction together with all that follows from the move.
        """
        transition = self[name]
        locked = self.lock(instance)
        self._check(locked, transition, actor, reason_code, reason_text)
        moved = {"status": transition.target, "updated_at": timezone.now()}
        values = {**moved, **follows(locked), **changes}
        # Not save(): the log row is the history of a status, a second one would only repeat it.
        type(locked)._default_manager.filter(pk=locked.pk).update(**values)
        getattr(locked, self.log).create(
            transition=name,
            from_status=locked.status,
            to_status=transition.target,
            actor=actor,
            reason_code=reason_code,
            reason_text=reason_text,
        )
        for key, value in values.items():
            setattr(locked, key, value)
        return locked

    def lock(self, instance: models.Model):
        """The row as it is now, locked until the end of the transaction."""
        if not transaction.get_connection().in_atomic_block:
            raise transaction.TransactionManagementError("A workflow moves inside atomic().")
        rows = type(instance)._default_manager.select_for_update(of=("self",))
        if self.related:
            rows = rows.select_related(*self.related)
        return rows.get(pk=instance.pk)

    @staticmethod
    def _check(locked, transition: Transition, actor, reason_code: str, reason_text: str):
        if locked.status not in transition.sources:
            raise TransitionNotAllowed(
                _("“%(action)s” is not possible now: the status is “%(status)s”.")
                % {"action": transition.label, "status": locked.get_status_display()}
            )
        if transition.permission and not (actor and actor.has_perm(transition.permission)):
            raise TransitionNotAllowed(_("You do not have permission for this step."))
        if transition.reasons and (
            reason_code not in transition.reasons.values or not reason_text.strip()
        ):
            raise TransitionNotAllowed(_("This step needs a reason and an explanation."))


class TransitionLog(AppendOnlyModel):
    """One row for each move; the concrete class of a model adds the foreign key."""

    transition = models.CharField(max_length=40)
    from_status = models.CharField(max_length=30)
    to_status = models.CharField(max_length=30)
    actor = models.ForeignKey(
        "core.User", models.PROTECT, null=True, related_name="+", verbose_name=gettext_lazy("by")
    )
    reason_code = models.CharField(max_length=40, blank=True)
    reason_text = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        abstract = True
        ordering = ["created_at", "pk"]


def statuses(*members: Iterable[str]) -> frozenset[str]:
    return frozenset(str(member) for member in members)
