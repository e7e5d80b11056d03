"""What the demonstration's products and companies have beside the lines of products.csv.

Packaging, supply, payment, search words, further pictures and certificates follow the family of a
product and its place in the list, so that each run tells the same.
"""

import datetime
import zlib
from dataclasses import dataclass

from django.utils import timezone

from core.models import User
from demo import specimens
from exporters.models import Certificate, Company, Product, ProductPicture

# Words of the trade by family, or by drawing where a family has two kinds of goods: search words
# and packaging in Spanish, English and Chinese, the supply of a month in minimum orders.
FAMILIES = {
    "avocado": (
        ("aguacate Hass, aguacate fresco, fruta de exportación",
         "Hass avocado, fresh avocado, Mexican avocado", "哈斯牛油果, 新鲜牛油果, 墨西哥牛油果"),
        ("Sobre palet, en contenedor refrigerado a 5 °C.",
         "On pallets, in a refrigerated container at 5 °C.", "托盘装，5℃冷藏柜运输。"),
        8,
    ),
    "avocado-oil": (
        ("aceite de aguacate, aceite prensado en frío, aceite vegetal",
         "avocado oil, cold-pressed oil, vegetable oil", "牛油果油, 冷榨油, 植物油"),
        ("Envase sellado con lote impreso, palet con película.",
         "Sealed with the lot printed on it, wrapped pallets.", "密封包装并印批号，缠膜托盘。"),
        6,
    ),
    "gift": (
        ("caja de regalo, regalo gourmet, regalo mexicano",
         "gift box, gourmet gift, Mexican gift", "礼盒, 高端礼品, 墨西哥礼品"),
        ("Listo para regalar; tarjeta en el idioma del comprador.",
         "Ready to give; a card in the buyer's language.", "可直接送礼，附买方语言贺卡。"),
        6,
    ),
    "tequila": (
        ("tequila 100 % agave, agave azul, marca propia",
         "100% agave tequila, blue agave, private label", "龙舌兰酒, 蓝色龙舌兰, 贴牌"),
        ("Caja con divisiones, palet con película.",
         "Divided cartons, wrapped pallets.", "带隔板纸箱，缠膜托盘。"),
        10,
    ),
    "mezcal": (
        ("mezcal artesanal, destilado de agave, lote pequeño",
         "artisanal mezcal, agave spirit, small batch", "手工梅斯卡尔, 龙舌兰烈酒, 小批量"),
        ("Caja con divisiones; estuche bajo pedido.",
         "Divided cartons; a gift case on request.", "带隔板纸箱，可定制礼盒。"),
        5,
    ),
    "boots": (
        ("botas de piel, botas mexicanas, hechas a mano",
         "leather boots, Mexican boots, handmade boots", "真皮靴子, 墨西哥靴子, 手工靴"),
        ("Un par por caja con hormas de papel, cartón corrugado por docena.",
         "One pair per box with paper forms, a dozen per carton.", "一双一盒，内衬纸撑，12双一箱。"),
        9,
    ),
    "nopal": (
        ("nopal, cactus comestible, alimento natural",
         "nopal, edible cactus, natural food", "仙人掌, 食用仙人掌, 天然食品"),
        ("Envase sellado, lote y caducidad impresos.",
         "Sealed packs, lot and best-before date printed.", "密封包装，印批号及保质期。"),
        7,
    ),
    "cosmetics": (
        ("cosmética natural, aguacate, marca propia",
         "natural cosmetics, avocado, private label", "天然化妆品, 牛油果, 贴牌"),
        ("Etiqueta en chino o inglés bajo pedido.",
         "Chinese or English label on request.", "可定制中文或英文标签。"),
        12,
    ),
    "berries": (
        ("frutillas, frutos rojos, fruta de exportación",
         "berries, soft fruit, Mexican fruit", "浆果, 莓果, 墨西哥水果"),
        ("Sobre palet, con cadena de frío completa.",
         "On pallets, in an unbroken cold chain.", "托盘装，全程冷链。"),
        8,
    ),
    "coffee": (
        ("café de altura, café de especialidad, arábica",
         "high-grown coffee, specialty coffee, arabica", "高海拔咖啡, 精品咖啡, 阿拉比卡"),
        ("Con bolsa interior hermética, lote impreso.",
         "With an airtight inner bag, lot printed.", "内衬密封袋，印批号。"),
        6,
    ),
    "honey": (
        ("producto natural, miel y vainilla, repostería",
         "natural product, honey and vanilla, baking", "天然产品, 蜂蜜香草, 烘焙原料"),
        ("Envase sellado, caja con divisiones.",
         "Sealed, in divided cartons.", "密封包装，带隔板纸箱。"),
        5,
    ),
    "fruit": (
        ("mango, fruta tropical, fruta mexicana",
         "mango, tropical fruit, Mexican fruit", "芒果, 热带水果, 墨西哥水果"),
        ("Lote impreso en cada envase, palet con película.",
         "Lot printed on each pack, wrapped pallets.", "每件印批号，缠膜托盘。"),
        6,
    ),
    "crafts": (
        ("artesanía mexicana, hecho a mano, decoración",
         "Mexican crafts, handmade, home decor", "墨西哥手工艺品, 纯手工, 家居装饰"),
        ("Papel de seda y caja individual, relleno de fibra natural.",
         "Tissue paper and a single box, padded with natural fibre.", "棉纸包裹，单件纸盒，天然纤维填充。"),
        4,
    ),
}  # fmt: skip
TERMS = (["tt"], ["tt", "lc"], ["tt", "escrow"], ["tt", "lc", "dp"], ["tt", "escrow", "paypal"])
LANGUAGES = ("es", "en", "zh_hans")
GIFTS = {"gift", "crafts"}
_ISSUER = "Certificadora Ejemplo, A.C."


@dataclass(frozen=True)
class Kind:
    """A certification that firms of a family have."""

    kind: str
    issued_by: str = _ISSUER


CERTIFICATES = {
    "avocado": [Kind("phytosanitary", "SENASICA"), Kind("organic"), Kind("gacc")],
    "gift": [Kind("phytosanitary", "SENASICA"), Kind("haccp")],
    "tequila": [Kind("crt", "Consejo Regulador del Tequila"), Kind("kosher")],
    "mezcal": [Kind("nom_070"), Kind("organic")],
    "boots": [Kind("iso_9001")],
    "nopal": [Kind("organic"), Kind("haccp"), Kind("kosher")],
    "cosmetics": [Kind("iso_9001"), Kind("other")],
    "berries": [Kind("haccp"), Kind("phytosanitary", "SENASICA")],
    "coffee": [Kind("fair_trade"), Kind("organic")],
    "honey": [Kind("organic"), Kind("fda")],
    "fruit": [Kind("haccp"), Kind("fda")],
    "crafts": [Kind("fair_trade")],
}
_CLOSE_UP = {
    "es": "Detalle de cerca: %s",
    "en": "Close-up: %s",
    "zh_hans": "细节近照：%s",
}
# A second view of what is in the crate, the jar or the box.
_ALSO = {"avocado-crate": "avocado-halves", "avocado-gift-box": "avocado-gift-wrapped"}
_ALSO_ALT = {
    "avocado-halves": ("Aguacate partido: pulpa y hueso", "Halved avocado: flesh and stone",
                       "切开的牛油果：果肉与果核"),
    "avocado-gift-wrapped": ("Aguacates envueltos para regalo", "Avocados wrapped as a gift",
                             "礼品包装的牛油果"),
}  # fmt: skip


def _number(text: str) -> int:
    """The same small number for the same text, in every run."""
    return zlib.crc32(text.encode())


def offer(item: dict) -> dict:
    """The further facts of a line of products.csv, as fields of a product."""
    number = _number(item["name_es"])
    keywords, packaging, supply = FAMILIES.get(item["picture"]) or FAMILIES[item["category"]]
    facts = {
        "supply_quantity": int(item["moq"]) * supply,
        "supply_period": "month",
        "payment_terms": TERMS[number % len(TERMS)],
        "gift_wrapping": item["category"] in GIFTS or item["picture"] == "mezcal-gift",
    }
    if number % 5 == 0:  # not every company has written everything
        facts |= {"supply_quantity": None, "payment_terms": []}
    for place, language in enumerate(LANGUAGES):
        facts[f"keywords_{language}"] = keywords[place]
        facts[f"packaging_{language}"] = packaging[place]
    return facts


def show(product: Product, item: dict) -> None:
    """One picture, for half of the products a close-up, for some a further view.

    Which of them is the cover varies, or a row of one family would show one drawing five times.
    """
    number = _number(item["name_es"])
    names = [item[f"name_{language}"] for language in LANGUAGES]
    views = [(specimens.picture(item["picture"]), names)]
    if number % 2:
        detail = specimens.picture(item["picture"], detail=True)
        views.append(
            (detail, [_CLOSE_UP[k] % name for k, name in zip(LANGUAGES, names, strict=True)])
        )
    if also := _ALSO.get(item["picture"]):
        views.append((specimens.picture(also), _ALSO_ALT[also]))
    cover = number // 2 % len(views)
    ProductPicture.objects.bulk_create(
        ProductPicture(
            product=product,
            file=drawing.name,
            width=drawing.width,
            height=drawing.height,
            position=place,
            **{f"alt_{k}": text[:200] for k, text in zip(LANGUAGES, alt, strict=True)},
        )
        for place, (drawing, alt) in enumerate(views[cover:] + views[:cover])
    )


def certify(company: Company, owner: User, *, checker: User | None) -> None:
    """Certificates of two companies in three; looked at where there is a `checker`."""
    number = _number(company.rfc)
    if number % 3 == 2:
        return
    products = list(company.products.select_related("category"))
    family = products[0].category.code
    for place, kind in enumerate(CERTIFICATES[family][: 1 + number % 3]):
        certificate = _certificate(company, kind, number + place, owner, checker)
        of = [product for product in products if product.category.code == family]
        certificate.products.set(of if place == 0 else of[:1])


def _certificate(company: Company, kind: Kind, number: int, owner: User, checker) -> Certificate:
    sample = specimens.specimen("certificate")
    today, now = timezone.localdate(), timezone.now()
    # Most have a year or two; some end within the month, and some never end.
    left = (400, 700, 21, 260, None)[number % 5]
    certificate = Certificate.objects.create(
        company=company,
        kind=kind.kind,
        name="Cosmética natural" if kind.kind == "other" else "",
        number=f"DEMO-{number % 100_000:05d}",
        issued_by=kind.issued_by,
        valid_until=None if left is None else today + datetime.timedelta(days=left),
        file=sample.name,
        original_name=f"{kind.kind.replace('_', '-')}.pdf",
        content_type="application/pdf",
        size=sample.size,
        sha256=sample.sha256,
        uploaded_by=owner,
        uploaded_at=now - datetime.timedelta(days=30),
        check_status="readable",
        scan_status="not_scanned",
        **_decision(number, checker, now),
    )
    certificate.pages.create(number=1, file=sample.page_name)
    return certificate


def _decision(number: int, checker: User | None, now) -> dict:
    """Checked, but for one in nine that was refused and one in nine that still waits."""
    if checker is None or number % 9 == 4:
        return {}
    if number % 9 == 7:
        return {
            "refused_by": checker,
            "refused_at": now - datetime.timedelta(days=12),
            "refusal_code": "mismatch",
            "refusal_text": "El número que escribió no es el del documento. Corríjalo, por favor.",
        }
    return {"verified_by": checker, "verified_at": now - datetime.timedelta(days=20)}
