from celery import shared_task

from pavilion import services


@shared_task
def announce_launch():
    """Tell vendors and waiting buyers of the launch, if there was one."""
    services.announce_launch()
