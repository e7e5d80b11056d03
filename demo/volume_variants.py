"""What tells products of the volume apart that are made of one row of products.csv.

Pure: a row and a number give the same variant. Its words stand behind those of the row, so that a
search may find almost all products, some of them, or a handful.
"""

from dataclasses import dataclass
from decimal import Decimal
from random import Random

from exporters.enums import CertificateKind

VARIANTS = 24  # of each row; the first ones are the most common
NAME_LENGTH = 128
LANGUAGES = ("es", "en", "zh_hans")
NOT_EATEN = {"boots", "crafts", "cosmetics"}
HAND_MADE = {"boots", "crafts"}
_ORGANIC = {"es": "cultivo orgánico", "en": "organic", "zh_hans": "有机种植"}
_COSMETIC = {"es": "origen orgánico", "en": "organic origin", "zh_hans": "有机原料"}
_SIZES = (
    {"es": "presentación chica", "en": "small pack", "zh_hans": "小包装"},
    {"es": "presentación mediana", "en": "medium pack", "zh_hans": "中包装"},
    {"es": "presentación familiar", "en": "family pack", "zh_hans": "家庭装"},
    {"es": "a granel", "en": "in bulk", "zh_hans": "散装"},
)
_LOTS = {"es": "por mayoreo", "en": "wholesale lots", "zh_hans": "批发"}
_WORDS = {  # how likely of 1,000, and what it says
    "export": (400, "calidad de exportación", "export grade", "出口级"),
    "select": (250, "selección premium", "premium selection", "优选"),
    "label": (150, "marca propia", "private label", "贴牌"),
    "limited": (40, "edición limitada", "limited edition", "限量版"),
    "fair": (60, "comercio justo", "fair trade", "公平贸易"),
    "kosher": (50, "certificado kosher", "kosher certified", "犹太洁食认证"),
    "biodynamic": (8, "cultivo biodinámico", "biodynamic", "生物动力种植"),
    "hand": (300, "trabajo a mano", "handmade", "手工制作"),
}
_SHOWN_BY = {"fair": CertificateKind.FAIR_TRADE, "kosher": CertificateKind.KOSHER}
_BOX = {
    "es": "Caja de cartón de exportación con {count} unidades, flejada en tarima.",
    "en": "Export carton of {count} units, strapped on a pallet.",
    "zh_hans": "出口纸箱，每箱{count}件，托盘打包。",
}
_GIFT = {"es": " Con envoltura de regalo.", "en": " Gift-wrapped.", "zh_hans": " 礼品包装。"}
_TRADE = {"es": "exportación", "en": "wholesale", "zh_hans": "批发"}
_REFERENCE = {"es": "Referencia", "en": "Reference", "zh_hans": "货号"}
_TERMS = (["tt"], ["tt", "lc"], ["tt", "lc", "escrow"], [])


@dataclass(frozen=True)
class Variant:
    """`fields` are those of the product; the certificates are its company's too."""

    fields: dict
    certificates: tuple[str, ...]
    pictures: int


def variant(row: dict, number: int, category: dict[str, str], reference: str) -> Variant:
    """The variant `number` of a row of products.csv.

    `category` is its name in each language; `reference` a word by which one product is found.
    """
    chance = Random(f"{row['name_es']}/{number}")  # noqa: S311 - the same row, the same variant
    code = row["category"]
    words, certificates = _claims(code, chance)
    words.append(_LOTS if code in HAND_MADE else chance.choice(_SIZES))
    gift = code == "gift" or chance.random() < 0.12
    fields = {
        **_texts(row, words, category, reference, chance),
        **_packaging(chance, gift),
        **_offer(row, chance),
        "hs_code": row["hs_code"],
        "unit": row["unit"],
        "port": row["port"],
        "gift_wrapping": gift,
        "payment_terms": list(chance.choice(_TERMS)),
    }
    return Variant(fields, tuple(certificates), chance.choices((0, 1, 2, 3), (8, 62, 15, 15))[0])


def _claims(code: str, chance: Random) -> tuple[list[dict], list[str]]:
    """What is said of it, and the certificates that show it."""
    words, certificates = [], []
    if code not in HAND_MADE and chance.random() < 0.18:
        words.append(_COSMETIC if code in NOT_EATEN else _ORGANIC)
        certificates.append(CertificateKind.ORGANIC)
    for name, (likely, *texts) in _WORDS.items():
        fits = code in HAND_MADE if name == "hand" else True
        fits = fits and not (name in ("kosher", "biodynamic") and code in NOT_EATEN)
        if chance.random() * 1000 < likely and fits:
            words.append(dict(zip(LANGUAGES, texts, strict=True)))
            certificates += [_SHOWN_BY[name]] if name in _SHOWN_BY else []
    if code not in NOT_EATEN and chance.random() < 0.2:
        certificates.append(CertificateKind.HACCP)
    return words, certificates


def _texts(row, words, category, reference, chance: Random) -> dict[str, str]:
    texts = {}
    for language in LANGUAGES:
        comma = "，" if language == "zh_hans" else ", "
        name = row[f"name_{language}"]
        for word in words:
            longer = name + comma + word[language]
            name = longer if len(longer) <= NAME_LENGTH else name
        said = f"{row[f'description_{language}']} {_REFERENCE[language]} {reference}."
        texts[f"name_{language}"] = name
        texts[f"description_{language}"] = said
        keywords = [category[language], _TRADE[language], words[0][language]]
        texts[f"keywords_{language}"] = ", ".join(keywords)
    if chance.random() < 0.1:  # not all have found a translator yet
        texts |= {"name_zh_hans": "", "description_zh_hans": "", "keywords_zh_hans": ""}
    if chance.random() < 0.06:
        texts |= {"description_en": "", "keywords_en": ""}
    return texts


def _packaging(chance: Random, gift: bool) -> dict[str, str]:
    count = chance.choice((6, 12, 24, 48))
    return {
        f"packaging_{language}": _BOX[language].format(count=count)
        + (_GIFT[language] if gift else "")
        for language in LANGUAGES
    }


def _offer(row: dict, chance: Random) -> dict:
    """Prices and quantities about those of the row; few leave one out."""
    factor = Decimal(chance.choice((60, 80, 95, 100, 110, 130, 170, 300))) / 100
    low, high = (
        max((Decimal(row[name]) * factor).quantize(Decimal("0.01")), Decimal("0.01"))
        for name in ("fob_min_usd", "fob_max_usd")
    )
    moq = max(int(int(row["moq"]) * chance.choice((0.1, 0.3, 0.5, 1, 1, 2, 4))), 1)
    priced = chance.random() > 0.05
    return {
        "fob_min_usd": low if priced else None,
        "fob_max_usd": high if priced else None,
        "moq": moq if chance.random() > 0.04 else None,
        "lead_time_days": int(row["lead_time_days"]),
        "supply_quantity": moq * chance.randint(2, 30),
    }
