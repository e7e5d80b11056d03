"""What the API answers: each field with its meaning and an example, the source of the reference.

Codes are plain text here: new ones may come, and no program must fail on one.
"""

import datetime
from typing import Annotated

from pydantic import BaseModel, Field

SITE = "https://portal.example"

Language = Annotated[
    str | None,
    Field(
        description="The language of the text before it: another one than asked for where that "
        "is not written. Null where there is no text.",
        examples=["es"],
    ),
]


Texts = Annotated[
    dict[str, str | None],
    Field(
        description="By language; null where it is not written.",
        examples=[{"es": "Miel de azahar", "en": "Orange blossom honey", "zh-hans": None}],
    ),
]


class Total(BaseModel):
    total: int = Field(
        description="How many there are; no more than 1,000 are counted.", examples=[240]
    )
    total_is_capped: bool = Field(
        description="Whether there are more than `total`.", examples=[False]
    )


class PavilionState(BaseModel):
    """The pavilion as it is at this moment."""

    state: str = Field(
        description="`waiting` before the launch, `open`, or `closed` for the time being.",
        examples=["open"],
    )
    approved: int = Field(description="Companies that the programme has approved.", examples=[117])
    threshold: int = Field(
        description="How many approved companies open the pavilion.", examples=[100]
    )
    launched_at: datetime.datetime | None = Field(
        description="When it opened for the first time; null before.",
        examples=["2018-11-05T16:20:00Z"],
    )
    companies: Total = Field(description="Companies with public products.")
    products: Total = Field(description="Public products.")
    categories: int = Field(description="Categories of products.", examples=[12])


class CategoryRef(BaseModel):
    code: str = Field(description="Never changes.", examples=["honey"])
    name: str = Field(description="In the language asked for.", examples=["Miel y vainilla"])
    name_language: Language


class CategoryTexts(BaseModel):
    name: Texts


class Category(CategoryRef):
    texts: CategoryTexts = Field(description="In every language.")
    in_demand: bool = Field(
        description="Whether buyers have named it as what they look for.", examples=[False]
    )
    products: Total = Field(description="Its public products.")


class CategoryList(BaseModel):
    items: list[Category] = Field(description="All of them.")


class CompanyRef(BaseModel):
    slug: str = Field(description="Its name in addresses.", examples=["apicola-del-mayab"])
    name: str = Field(
        description="As it trades, which is in no language.", examples=["Apícola del Mayab"]
    )
    url: str = Field(
        description="The company in this API.",
        examples=[f"{SITE}/api/v1/companies/apicola-del-mayab?lang=es"],
    )


class CompanyItem(CompanyRef):
    page: str = Field(
        description="Its page for people.",
        examples=[f"{SITE}/pavilion/companies/apicola-del-mayab/"],
    )
    state: str = Field(description="The state of Mexico, by its code.", examples=["31"])
    state_name: str = Field(description="Its name.", examples=["Yucatán"])
    size: str = Field(
        description="By Mexican law: `micro`, `small`, `medium`; `` if it is not known.",
        examples=["small"],
    )
    sector: str = Field(
        description="`industry`, `commerce`, `services`; `` if it is not known.",
        examples=["industry"],
    )
    products: Total = Field(description="Its public products.")


class Certificate(BaseModel):
    """A certificate that the programme has looked at and that is in force today."""

    kind: str = Field(description="Its kind, a code.", examples=["organic"])
    name: str = Field(
        description="Its name, in the language asked for if it has one there.",
        examples=["Orgánico"],
    )
    issued_by: str = Field(description="Who issued it; `` if not said.", examples=["CERTIMEX"])
    valid_until: datetime.date | None = Field(
        description="The last day of its validity; null if it has none.", examples=["2019-06-30"]
    )


class CompanyTexts(BaseModel):
    about: Texts


class CompanyDetail(CompanyItem):
    about: str = Field(
        description="What it says of itself; `` if nothing.",
        examples=["Acopiamos miel de 40 familias."],
    )
    about_language: Language
    texts: CompanyTexts = Field(description="In every language.")
    website: str = Field(
        description="`` if it has none.", examples=["https://apicola-del-mayab.example"]
    )
    certificates: list[Certificate] = Field(description="All that are in force.")
    products_url: str = Field(
        description="Its products in this API.",
        examples=[f"{SITE}/api/v1/products?company=apicola-del-mayab&lang=es"],
    )


class Rendition(BaseModel):
    fits: int = Field(description="Neither side is longer, in pixels.", examples=[400])
    url: str = Field(
        description="A WebP file that never changes.",
        examples=[f"{SITE}/media/products/x-400.webp"],
    )


class Picture(BaseModel):
    url: str = Field(
        description="The largest there is.", examples=[f"{SITE}/media/products/x-1600.webp"]
    )
    width: int | None = Field(description="Of the largest, in pixels.", examples=[1600])
    height: int | None = Field(description="Of the largest, in pixels.", examples=[1200])
    alt: str = Field(description="What it shows, in words.", examples=["Tres frascos de miel"])
    alt_language: Language
    renditions: list[Rendition] = Field(description="Smaller ones; none of some pictures.")


class Price(BaseModel):
    """FOB, in US dollars for one unit."""

    min: str | None = Field(
        description="With a point and two decimals, as text, so that no program rounds it.",
        examples=["6.40"],
    )
    max: str | None = Field(
        description="The same; null if only one price is given.", examples=["7.10"]
    )
    currency: str = Field(description="Always `USD`.", examples=["USD"])
    incoterm: str = Field(description="Always `FOB`.", examples=["FOB"])


class ProductItem(BaseModel):
    slug: str = Field(description="Its name in addresses.", examples=["miel-de-azahar"])
    name: str = Field(examples=["Miel de azahar"], description="In the language asked for.")
    name_language: Language
    url: str = Field(
        description="The product in this API.",
        examples=[f"{SITE}/api/v1/products/miel-de-azahar?lang=es"],
    )
    page: str = Field(
        description="Its page for people.", examples=[f"{SITE}/pavilion/products/miel-de-azahar/"]
    )
    category: CategoryRef = Field(description="Its family of products.")
    company: CompanyRef = Field(description="Who offers it.")
    state: str = Field(
        description="The state of Mexico where the company is, by its code.", examples=["31"]
    )
    state_name: str = Field(description="Its name.", examples=["Yucatán"])
    price: Price = Field(description="From the lowest to the highest.")
    unit: str = Field(
        description="What price, minimum order and supply count: `kg`, `tonne`, `litre`, `piece`, "
        "`pair`, `box`, `bottle`, `jar`.",
        examples=["kg"],
    )
    moq: int | None = Field(
        description="The minimum order, in units; null if not said.", examples=[500]
    )
    gift_wrapping: bool = Field(description="Whether it comes gift-wrapped.", examples=[False])
    certificates: list[str] = Field(
        description="The kinds of its certificates, codes.", examples=[["organic"]]
    )
    picture: Picture | None = Field(description="Its first picture; null if it has none.")
    published_at: datetime.datetime | None = Field(
        description="When it became public.", examples=["2018-09-03T17:00:00Z"]
    )
    updated_at: datetime.datetime = Field(
        description="When what buyers see of it was last written.",
        examples=["2018-10-22T09:12:44Z"],
    )


class Supply(BaseModel):
    quantity: int = Field(description="In units.", examples=[12000])
    period: str = Field(description="In which: `day`, `week`, `month`, `year`.", examples=["month"])


class ProductTexts(BaseModel):
    name: Texts
    description: Texts
    packaging: Texts
    keywords: dict[str, list[str]] = Field(
        description="Search words by language, three of each at most.",
        examples=[{"es": ["miel", "azahar"], "en": ["honey"], "zh-hans": []}],
    )


class ProductDetail(ProductItem):
    description: str = Field(description="`` if there is none.", examples=["Cosecha de primavera."])
    description_language: Language
    packaging: str = Field(description="`` if not said.", examples=["Tambor de 290 kg"])
    packaging_language: Language
    texts: ProductTexts = Field(description="In every language.")
    hs_code: str = Field(
        description="The Harmonized System, six digits with a point.", examples=["0409.00"]
    )
    lead_time_days: int | None = Field(
        description="Days from the order to the port; null if not said.", examples=[20]
    )
    port: str = Field(description="Of departure; `` if not said.", examples=["Progreso"])
    supply: Supply | None = Field(description="How much it can supply; null if not said.")
    payment_terms: list[str] = Field(
        description="Codes: `tt`, `lc`, `dp`, `da`, `escrow`, `western_union`, `paypal`.",
        examples=[["tt", "lc"]],
    )
    pictures: list[Picture] = Field(description="All of them, in their order.")
    certificate_details: list[Certificate] = Field(
        description="Its certificates with what a buyer may ask about them."
    )


class PagedList(Total):
    pavilion: str = Field(
        description="The state of the pavilion. Unless it is `open` the list is empty.",
        examples=["open"],
    )
    next: str | None = Field(
        description="The address of the next page; null on the last one.",
        examples=[f"{SITE}/api/v1/products?after=80-1234"],
    )
    prev: str | None = Field(
        description="The address of the page before; null on the first one.", examples=[None]
    )


class CompanyList(PagedList):
    items: list[CompanyItem] = Field(description="The companies of this page.")


class ProductList(PagedList):
    items: list[ProductItem] = Field(description="The products of this page.")


class Index(BaseModel):
    """The addresses of this API."""

    pavilion: str = Field(description="State and figures.", examples=[f"{SITE}/api/v1/pavilion"])
    categories: str = Field(description="Categories.", examples=[f"{SITE}/api/v1/categories"])
    companies: str = Field(description="Companies.", examples=[f"{SITE}/api/v1/companies"])
    products: str = Field(description="Products.", examples=[f"{SITE}/api/v1/products"])
    reference: str = Field(description="The reference.", examples=[f"{SITE}/api/v1/docs"])
    openapi: str = Field(description="It in OpenAPI 3.1.", examples=[f"{SITE}/api/v1/openapi.json"])
