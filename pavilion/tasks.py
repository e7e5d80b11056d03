from celery import shared_task

from pavilion.services import enquiry_reminders, erasure, handover, launch, listings, share_pictures


@shared_task
def announce_launch():
    """Tell vendors and waiting buyers of the launch, if there was one."""
    launch.announce_launch()


@shared_task
def rebuild_listings():
    """Write the cards of renamed families again; what one run cannot do, the next one does."""
    if not listings.rebuild_outdated(seconds=60):
        rebuild_listings.delay()


@shared_task
def draw_share_pictures():
    """Draw the pictures for links that have been asked for; safe to run twice at once."""
    while share_pictures.draw_pictures():
        pass


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


@shared_task
def remind_of_enquiries():
    """Remind companies of buyers who wait; safe to run at any time and twice at once."""
    enquiry_reminders.remind()


@shared_task
def send_enquiry_digests():
    enquiry_reminders.send_digests()


@shared_task
def erase_enquiries():
    """Delete what was never confirmed, erase what is too old to be kept."""
    erasure.delete_unconfirmed()
    erasure.erase_old()
