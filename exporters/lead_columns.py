"""What the columns of a list of leads may be called, and how their values are read.

Lists come from chambers and fairs, in Spanish or English, typed by hand: headers and values are
compared without case, accents and punctuation.
"""

from functools import cache

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.mexico import State, spanish_name
from core.text import plain
from exporters.enums import LeadSource

# Field → its column in the template file in English and Spanish, then other names it goes by.
COLUMNS = {
    "company_name": ("Company", "Empresa", "company name", "legal name", "name", "razon social",
                     "nombre comercial", "nombre de la empresa", "nombre"),
    "rfc": ("RFC", "RFC", "tax id", "registro federal de contribuyentes"),
    "contact_name": ("Contact", "Contacto", "contact name", "contact person",
                     "nombre del contacto", "persona de contacto"),
    "email": ("E-mail", "Correo", "email", "mail", "correo electronico"),
    "phone": ("Phone", "Teléfono", "telephone", "tel", "celular", "movil"),
    "state": ("State", "Estado", "entidad", "entidad federativa"),
    "category": ("Product", "Producto", "category", "categoria", "giro"),
    "language": ("Language", "Idioma", "lengua"),
    "notes": ("Notes", "Notas", "comments", "comentarios", "observaciones"),
    "source_kind": ("Source", "Origen", "source kind", "tipo de origen"),
    "source_name": ("Chamber or event", "Cámara o evento", "chamber", "event", "fair", "camara",
                    "evento", "feria"),
    "source_state": ("State of the chamber or event", "Estado de la cámara o evento",
                     "source state", "estado de origen"),
}  # fmt: skip
EXAMPLE = {
    "company_name": "Mieles Ejemplo, S.A. de C.V.",
    "contact_name": "Ana Ejemplo",
    "email": "ana@mieles.example",
    "phone": "981 555 0110",
    "state": "Campeche",
    "category": "Miel y vainilla",
    "language": "Español",
    "notes": "Pidió precios de flete a Shanghái.",
    "source_kind": "Feria",
    "source_name": "Expo de la Miel",
    "source_state": "Yucatán",
}

_FIELD_OF = {plain(name): field for field, names in COLUMNS.items() for name in names}


def field_of(header: str) -> str | None:
    """The field that a column is for; None for one that says nothing to us."""
    return _FIELD_OF.get(plain(header))


_STATES = {
    "cdmx": "09", "df": "09", "distrito federal": "09", "mexico": "15", "edomex": "15",
    "edo mex": "15", "edo de mexico": "15", "bc": "02", "bcs": "03", "nl": "19", "qro": "22",
    "slp": "24", "jal": "14", "gto": "11", "mich": "16", "oax": "20", "pue": "21", "ver": "30",
    "veracruz de ignacio de la llave": "30", "coahuila de zaragoza": "05",
    "michoacan de ocampo": "16", "queretaro de arteaga": "22",
}  # fmt: skip
_STATES |= {state.value: state.value for state in State}
_STATES |= {state.value.lstrip("0"): state.value for state in State}


@cache
def _states() -> dict[str, str]:
    """What a state may be called: as in Spanish, in short, by its code."""
    return {plain(spanish_name(code)): code for code in State.values} | _STATES


_LANGUAGES = {
    "es": "es", "espanol": "es", "spanish": "es", "castellano": "es",
    "en": "en", "english": "en", "ingles": "en",
    "zh": "zh-hans", "zh hans": "zh-hans", "chino": "zh-hans", "chinese": "zh-hans",
    "mandarin": "zh-hans", "中文": "zh-hans", "简体中文": "zh-hans",
}  # fmt: skip
_SOURCES = {
    "feria": "fair", "expo": "fair", "camara": "chamber", "recomendacion": "referral",
    "recomendado": "referral", "sitio web": "website", "pagina web": "website", "web": "website",
    "otro": "other", "otra": "other",
} | {source.value: source.value for source in LeadSource}  # fmt: skip


def read_state(text: str) -> str:
    """The code of a state by its name, its usual short name or its code. Raises ValidationError."""
    return _read(text, _states(), _("“%(value)s” is not a state of Mexico."))


def read_language(text: str) -> str:
    return _read(text, _LANGUAGES, _("“%(value)s”: our mail is in Spanish, English or Chinese."))


def read_source(text: str) -> str:
    return _read(
        text,
        _SOURCES,
        _("“%(value)s” is no source. Write fair, chamber, referral, website or other."),
    )


def _read(text: str, values: dict[str, str], message) -> str:
    if not text:
        return ""
    try:
        return values[plain(text)]
    except KeyError:
        raise ValidationError(message, code="unknown", params={"value": text}) from None
