"""What buyers ask once the pavilion is open: a dozen enquiries at every stage.

Most are of the company of the approved demo account, so that its inbox has something to answer.
"""

import datetime
from dataclasses import dataclass

from django.utils import timezone

from core.workflow import SYSTEM
from demo import people
from exporters.models import Company, Product
from pavilion.models import Enquiry, EnquiryMessage, EnquiryThread, EnquiryTransition
from pavilion.services.erasure import erase_enquiry

_STEP_TO = {
    "answered": "answer",
    "quoted": "quote",
    "sample_sent": "send_sample",
    "ordered": "order",
    "not_a_fit": "decline",
}
_HOUR = datetime.timedelta(hours=1)
BUYER = ""  # who writes, where no status says that the company answers


@dataclass(frozen=True)
class Story:
    """An enquiry of so many hours ago, and what followed: hours later, status, text."""

    name: str
    organisation: str
    country: str
    language: str
    hours_ago: float
    quantity: str
    text: str
    lines: tuple[tuple[float, str, str], ...] = ()
    is_own: bool = True  # of the demo account's company
    ends: str = ""  # "unconfirmed" or "erased"


STORIES = (
    Story(
        "Li Wei", "Shanghai Fresh Imports", "CN", "zh-hans", 21, "每周 2 托盘",
        "您好！我们为上海的连锁超市采购。请报 CIF 上海价，并说明包装规格、保质期和最早发货日期。谢谢！",
    ),
    Story(
        "Emma Clarke", "Clarke & Sons Foods", "GB", "en", 5, "1 pallet to begin with",
        "Hello, we supply forty delicatessens in London. Could you quote one mixed pallet, FOB, and"
        " tell us which certificates you have and how the boxes are marked?",
    ),
    Story(
        "Marta Roldán", "Distribuidora Andina", "CL", "es", 30, "500 cajas",
        "Buen día: necesitamos 500 cajas para marzo. ¿Trabajan con carta de crédito? ¿Cuál es el"
        " tiempo de entrega a San Antonio?",
    ),
    Story(
        "Kenji Mori", "Mori Trading", "JP", "en", 90, "a sample",
        "We would like a sample of 2 kg, and a quotation for a 20-foot container.",
        ((3.0, "quoted", "Dear Mr. Mori, the container is US$ 31,200 FOB Manzanillo. The sample is"
          " free; the courier costs US$ 85."),
         (40.0, BUYER, "Thank you. Please send the sample to our office in Osaka."),
         (45.0, "sample_sent", "It left today with the courier and arrives on Thursday.")),
    ),
    Story(
        "Anna Weber", "Feinkost Weber GmbH", "DE", "en", 400, "2 pallets a month",
        "Do you have organic certification for the European Union?",
        ((6.0, "answered", "Yes, since 2016. We attach the number to our answer: MX-BIO-112."),
         (50.0, BUYER, "Perfect. What is your price for two pallets a month, CIF Hamburg?"),
         (70.0, "quoted", "US$ 14.20 a box, CIF Hamburg, from two pallets on."),
         (200.0, "ordered", "")),
    ),
    Story(
        "王芳", "广州礼品有限公司", "CN", "zh-hans", 700, "3,000 盒",
        "我们需要中秋节礼盒装 3,000 盒，可以印我们的商标吗？",
        ((20.0, "not_a_fit", "Gracias por su interés. No imprimimos marcas de terceros por ahora."),),
    ),
    Story(
        "John Miller", "Lone Star Grocers", "US", "en", 52, "4 pallets",
        "What is your lead time to Laredo, Texas?",
        ((2.0, "answered", "Five days by truck, once the order is paid."),
         (44.0, BUYER, "And with a refrigerated truck? We load in Dallas.")),
    ),
    Story(
        "Sofie Janssen", "", "NL", "en", 1500, "",
        "Are you interested in an agent for the Netherlands?",
        ((30.0, "answered", "Thank you; we work with one already."),),
        ends="erased",
    ),
    Story(
        "Carlos Nieto", "Nieto Importaciones", "CO", "es", 2, "100 piezas",
        "¿Me pueden enviar su catálogo completo con precios?",
        ends="unconfirmed",
    ),
    Story(
        "Priya Nair", "Spice Route", "AE", "en", 31, "1 container",
        "Please quote one container, CIF Jebel Ali, with halal certificate if you have it.",
        is_own=False,
    ),
    Story(
        "陈明", "成都美味", "CN", "zh-hans", 14, "50 箱",
        "请问最小起订量可以是 50 箱吗？能否用支付宝付款？",
        is_own=False,
    ),
    Story(
        "Louise Tremblay", "Marché Nord", "CA", "en", 260, "3 pallets",
        "Bonjour, do you deliver to Montreal? We need labels in French and English.",
        ((7.0, "quoted", "Yes: US$ 11.80 a box, delivered to Montreal, labels included."),),
        is_own=False,
    ),
)  # fmt: skip


def tell() -> None:
    """Load them, unless there are some."""
    if Enquiry.objects.exists():
        return
    own = Company.objects.get(team__user__email=people.VENDOR.email)
    others = Product.objects.public().exclude(company=own).select_related("company").order_by("pk")
    one_of_each: dict[Company, Product] = {}
    for product in others:
        one_of_each.setdefault(product.company, product)
    elsewhere = iter(one_of_each.values())
    offered = list(own.products.public().order_by("pk"))
    for number, story in enumerate(STORIES):
        product = offered[number % len(offered)] if story.is_own else next(elsewhere)
        _write(story, product)


def _write(story: Story, product: Product) -> None:
    asked_at = timezone.now() - story.hours_ago * _HOUR
    is_sent = story.ends != "unconfirmed"
    number = Enquiry.objects.count() + 1
    enquiry = Enquiry.objects.create(
        name=story.name,
        organisation=story.organisation,
        country=story.country,
        email=f"enquiry{number:02d}@buyers.example",
        language=story.language,
        quantity=story.quantity,
        text=story.text,
        created_at=asked_at - _HOUR / 4,
        confirmed_at=asked_at if is_sent else None,
    )
    thread = EnquiryThread.objects.create(enquiry=enquiry, company=product.company)
    thread.products.add(product)
    if is_sent:
        _live(thread, story, asked_at)
    if story.ends == "erased":
        erase_enquiry(enquiry, tell_companies=False)


def _live(thread: EnquiryThread, story: Story, asked_at: datetime.datetime) -> None:
    """All that followed, with the dates on which it happened."""
    person = thread.company.team.order_by("pk").first().user
    facts = {
        "received_at": asked_at,
        "buyer_wrote_at": asked_at,
        "last_message_at": asked_at,
        "waiting_since": asked_at,
    }
    status = _log(thread, "confirm", "unconfirmed", "waiting", SYSTEM, asked_at)
    for hours, outcome, text in story.lines:
        moment = asked_at + hours * _HOUR
        by_company = outcome != BUYER
        if text:
            EnquiryMessage.objects.create(
                thread=thread, author=person if by_company else None, text=text, created_at=moment
            )
            facts["last_message_at"] = moment
        if by_company:
            facts |= {"waiting_since": None}
            facts.setdefault("first_answer_at", moment)
            status = _log(thread, _STEP_TO[outcome], status, outcome, person, moment)
        else:
            facts |= {"waiting_since": moment, "buyer_wrote_at": moment}
            status = _log(thread, "ask_again", status, "waiting", SYSTEM, moment)
    EnquiryThread.objects.filter(pk=thread.pk).update(status=status, **facts)


def _log(thread, name: str, before: str, after: str, actor, moment) -> str:
    EnquiryTransition.objects.create(
        thread=thread,
        transition=name,
        from_status=before,
        to_status=after,
        actor=actor,
        created_at=moment,
    )
    return after
