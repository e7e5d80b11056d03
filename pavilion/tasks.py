from celery import shared_task

from pavilion.services import handover, launch


@shared_task
def announce_launch():
    """Tell vendors and waiting buyers of the launch, if there was one."""
    launch.announce_launch()


# A catalogue of a hundred thousand products takes longer than other tasks may.
@shared_task(time_limit=3600)
def make_handover(order_key: int):
    """Make an ordered hand-over, unless another worker does."""
    handover.make_handover(order_key)


@shared_task
def make_handovers():
    """Pick up orders whose task was lost with a worker or a broker."""
    for order_key in handover.orders_to_make():
        make_handover.delay(order_key)
