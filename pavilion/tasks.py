from celery import shared_task

from pavilion.services import enquiry_reminders, erasure, launch


@shared_task
def announce_launch():
    """Tell vendors and waiting buyers of the launch, if there was one."""
    launch.announce_launch()


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
