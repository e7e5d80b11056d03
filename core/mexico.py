"""The thirty-two states, by their INEGI code (Marco Geoestadístico Nacional)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    AGUASCALIENTES = "01", "Aguascalientes"
    BAJA_CALIFORNIA = "02", "Baja California"
    BAJA_CALIFORNIA_SUR = "03", "Baja California Sur"
    CAMPECHE = "04", "Campeche"
    COAHUILA = "05", "Coahuila"
    COLIMA = "06", "Colima"
    CHIAPAS = "07", "Chiapas"
    CHIHUAHUA = "08", "Chihuahua"
    CIUDAD_DE_MEXICO = "09", _("Ciudad de México")
    DURANGO = "10", "Durango"
    GUANAJUATO = "11", "Guanajuato"
    GUERRERO = "12", "Guerrero"
    HIDALGO = "13", "Hidalgo"
    JALISCO = "14", "Jalisco"
    MEXICO = "15", _("Estado de México")
    MICHOACAN = "16", "Michoacán"
    MORELOS = "17", "Morelos"
    NAYARIT = "18", "Nayarit"
    NUEVO_LEON = "19", "Nuevo León"
    OAXACA = "20", "Oaxaca"
    PUEBLA = "21", "Puebla"
    QUERETARO = "22", "Querétaro"
    QUINTANA_ROO = "23", "Quintana Roo"
    SAN_LUIS_POTOSI = "24", "San Luis Potosí"
    SINALOA = "25", "Sinaloa"
    SONORA = "26", "Sonora"
    TABASCO = "27", "Tabasco"
    TAMAULIPAS = "28", "Tamaulipas"
    TLAXCALA = "29", "Tlaxcala"
    VERACRUZ = "30", "Veracruz"
    YUCATAN = "31", "Yucatán"
    ZACATECAS = "32", "Zacatecas"
