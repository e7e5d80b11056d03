"""What companies and coordinators wrote to each other; each side has something to read."""

import datetime

from demo import people
from exporters.models import Application, Message, ReadMark

_HOUR = datetime.timedelta(hours=1)
QUESTION = (
    "¿Sirve el recibo de luz si está a nombre del dueño del local? Tenemos contrato de renta."
)
ANSWER = (
    "Sí, sirve. Suba el recibo y el contrato en un solo archivo, para que se lean juntos.\n"
    "Si algo no se ve bien, le aviso por aquí."
)
FOLLOW_UP = "Ya tenemos la opinión 32-D de este mes. ¿La subimos, o basta la que enviamos?"


def tell() -> None:
    """A question that was answered, unread by the company; one that its coordinator has to read."""
    asked = Application.objects.get(
        company__team__user__email=people.EXPORTER.email, status="changes_requested"
    )
    _write(asked, QUESTION, hours=1)
    _write(asked, ANSWER, hours=3, from_staff=True)
    waiting = Application.objects.filter(
        status="in_review", assigned_to__email=people.COORDINATOR.email
    ).earliest("pk")
    _write(waiting, FOLLOW_UP, hours=20)


def _write(application: Application, body: str, *, hours: int, from_staff: bool = False) -> None:
    """A message so many hours after the last step; who writes has read what was there."""
    author = application.assigned_to if from_staff else application.created_by
    moment = application.transitions.latest("created_at").created_at + hours * _HOUR
    Message.objects.create(
        application=application,
        author=author,
        from_staff=from_staff,
        body=body,
        created_at=moment,
    )
    ReadMark.objects.update_or_create(
        application=application, user=author, defaults={"read_at": moment}
    )
