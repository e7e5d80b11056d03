from celery import shared_task

from pavilion.services import launch


@shared_task
def announce_launch():
    """Tell vendors and waiting buyers of the launch, if there was one."""
    launch.announce_launch()
