from celery import shared_task

from pavilion.services import launch, listings, share_pictures


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
