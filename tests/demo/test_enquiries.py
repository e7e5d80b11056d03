"""The demonstration's buyers obey the rules that the services obey."""

from django.core.management import call_command

from demo.enquiries import STORIES
from pavilion.enums import EnquiryStatus
from pavilion.models import Enquiry, EnquiryThread
from tests.pavilion import enquiry_rows


def tell() -> None:
    call_command("demo", "--approved", "24", verbosity=0)


def test_buyers_ask_once_the_pavilion_is_open(db, capsys):
    tell()
    assert not Enquiry.objects.exists()
    enquiry_rows.open_pavilion()
    tell()
    tell()
    assert Enquiry.objects.count() == len(STORIES) == 12
    threads = EnquiryThread.objects.all()
    assert len({thread.status for thread in threads}) >= len(EnquiryStatus) - 2
    for thread in threads:
        thread.full_clean()
        thread.enquiry.full_clean(exclude=["name", "email", "text"])
        last = thread.transitions.last()
        assert (last.to_status if last else "unconfirmed") == thread.status
    assert threads.filter(status="erased").get().enquiry.name == ""
    assert threads.waiting().count() >= 4
