"""The thirty-two states, by their INEGI code (Marco Geoestadístico Nacional)."""

from django.db import models
from django.utils import translation
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    AGUASCALIENTES = "01", _("Aguascalientes")
    BAJA_CALIFORNIA = "02", _("Baja California")
    BAJA_CALIFORNIA_SUR = "03", _("Baja California Sur")
    CAMPECHE = "04", _("Campeche")
    COAHUILA = "05", _("Coahuila")
    COLIMA = "06", _("Colima")
    CHIAPAS = "07", _("Chiapas")
    CHIHUAHUA = "08", _("Chihuahua")
    CIUDAD_DE_MEXICO = "09", _("Ciudad de México")
    DURANGO = "10", _("Durango")
    GUANAJUATO = "11", _("Guanajuato")
    GUERRERO = "12", _("Guerrero")
    HIDALGO = "13", _("Hidalgo")
    JALISCO = "14", _("Jalisco")
    MEXICO = "15", _("Estado de México")
    MICHOACAN = "16", _("Michoacán")
    MORELOS = "17", _("Morelos")
    NAYARIT = "18", _("Nayarit")
    NUEVO_LEON = "19", _("Nuevo León")
    OAXACA = "20", _("Oaxaca")
    PUEBLA = "21", _("Puebla")
    QUERETARO = "22", _("Querétaro")
    QUINTANA_ROO = "23", _("Quintana Roo")
    SAN_LUIS_POTOSI = "24", _("San Luis Potosí")
    SINALOA = "25", _("Sinaloa")
    SONORA = "26", _("Sonora")
    TABASCO = "27", _("Tabasco")
    TAMAULIPAS = "28", _("Tamaulipas")
    TLAXCALA = "29", _("Tlaxcala")
    VERACRUZ = "30", _("Veracruz")
    YUCATAN = "31", _("Yucatán")
    ZACATECAS = "32", _("Zacatecas")


def state_name(code: str) -> str:
    """In the reader's language; "" for none, or for a code that is no state's."""
    return str(State(code).label) if code in State else ""


def spanish_name(code: str) -> str:
    """What authorities call a state, whoever is reading."""
    with translation.override("es"):
        return state_name(code)
