import datetime


from django.db import migrations
from django.utils import timezone

from core.roles import AUDITORS, COORDINATORS, FINANCE, MANAGERS, grant
from exporters.letter_code import new_letter_code

READ = [
    "view_correction",
    "view_marketaccessrule",
    "view_message",
    "view_queueexport",
    "view_stageddecision",
    "view_submission",
    "view_teamevent",
    "view_verification",
]
KEEP_RULES = ["add_marketaccessrule", "change_marketaccessrule"]

LIST_2014 = (
    "freshfruitportal.com/news/2014/09/23/china-publishes-new-produce-import-approval-list/"
)
GACC = "food.chemlinked.com/news/food-news/gacc-clarifies-implementation-matters-of-decree-248-249-involving-food-import-declaration-and-labeling"
CFI = (
    "Certificado fitosanitario internacional (SENASICA).",
    "International phytosanitary certificate (SENASICA).",
    "需要国际植物检疫证书（SENASICA）。",
)
FACTORY = (
    "Registro de la planta ante la GACC; su número va en la declaración y en los empaques.",
    "Registration of the plant with GACC; its number goes on the declaration and the packaging.",
    "工厂须在中国海关总署注册，注册号须标注在申报单和包装上。",
)
NOT_LISTED = (
    "La fruta fresca no está en la lista de China para México.",
    "The fresh fruit is not on China's list for Mexico.",
    "该鲜果不在中国对墨西哥的准入名单上。",
)
# HS prefix, state, access, requirement (es, en, zh), valid from, source
RULES = [
    ("080440", "", "open", CFI, (2014, 9, 23), LIST_2014),
    (
        "080440",
        "14",
        "closed",
        (
            "Jalisco: acceso pendiente según la última noticia (diciembre de 2017). Verifique.",
            "Jalisco: access pending by the last report (December 2017). Verify.",
            "哈利斯科州：据最近报道（2017年12月）准入仍在谈判中，请核实。",
        ),
        (2014, 9, 23),
        "aolaikelin.cn/a/201712/25/WS5a40608fa31008cf16da33ea.html",
    ),
    ("080610", "", "open", CFI, (2014, 9, 23), LIST_2014),
    ("080450", "", "closed", NOT_LISTED, (2014, 9, 23), LIST_2014),
    ("081040", "", "closed", NOT_LISTED, (2014, 9, 23), LIST_2014),
    (
        "081040",
        "",
        "open",
        CFI,
        (2020, 5, 14),
        "freshfruitportal.com/news/2020/05/14/chinese-market-opens-for-u-s-blueberries",
    ),
    (
        "081020",
        "",
        "verify",
        (
            "Hay un protocolo para frutillas: compruebe que cubra el producto.",
            "There is a protocol for berries: check that it covers the product.",
            "浆果类有检疫议定书：请核实是否涵盖该产品。",
        ),
        (2017, 9, 6),
        "jingleoffice.com/importing-mexican-berry/",
    ),
    (
        "220890",
        "",
        "open",
        (
            "Tequila: certificado de autenticidad del CRT. Mezcal: certificación y NOM-070.",
            "Tequila: CRT certificate of authenticity. Mezcal: certification and NOM-070.",
            "龙舌兰酒：CRT真品证书；梅斯卡尔酒：认证及NOM-070标准。",
        ),
        (2017, 9, 6),
        "en.tequilana.org/2024/05/tequila-exports.html",
    ),
    (
        "3304",
        "",
        "verify",
        (
            "Notificación o registro ante la NMPA de China y etiqueta en chino.",
            "Filing or registration with China's NMPA, and a Chinese label.",
            "须在国家药监局备案或注册，并附中文标签。",
        ),
        (2017, 9, 6),
        "gzbrstone.com/es/commercial-regulations/cosmetics-import-record-filing-and-registration",
    ),
    *[(hs, "", "verify", FACTORY, (2022, 1, 1), GACC) for hs in ("04", "0901", "0905", "20")],
]


def add_rules(apps, schema_editor):
    Rule = apps.get_model("exporters", "MarketAccessRule")
    for prefix, state, access, (es, en, zh), day, source in RULES:
        Rule.objects.update_or_create(
            market="CN",
            hs_prefix=prefix,
            state=state,
            valid_from=datetime.date(*day),
            defaults={
                "access": access,
                "requirement": es,
                "requirement_es": es,
                "requirement_en": en,
                "requirement_zh_hans": zh,
                "source_url": f"https://{source}",
            },
        )


def start_clocks(apps, schema_editor):
    """Applications that were sent before the clock existed count from the day they were sent."""
    Application = apps.get_model("exporters", "Application")
    waiting = Application.objects.filter(status__in=("submitted", "in_review"))
    for application in waiting.only("pk", "submitted_at").iterator():
        day = timezone.localdate(application.submitted_at)
        Application.objects.filter(pk=application.pk).update(
            waiting_since=day, worked_at=timezone.now()
        )
    approved = Application.objects.filter(status__in=("approved", "suspended", "revoked"))
    for key in approved.values_list("pk", flat=True).iterator():
        Application.objects.filter(pk=key).update(letter_code=new_letter_code())


def grant_roles(apps, schema_editor):
    grant(
        apps,
        "exporters",
        {
            COORDINATORS: [*READ, *KEEP_RULES, "export_application"],
            MANAGERS: [
                *READ,
                *KEEP_RULES,
                "export_application",
                "assign_application",
                "override_checks",
                "release_decision",
            ],
            FINANCE: READ,
            AUDITORS: [*READ, "export_application"],
        },
    )


class Migration(migrations.Migration):
    dependencies = [("exporters", "0003_review_desk")]
    operations = [
        migrations.RunPython(add_rules, migrations.RunPython.noop),
        migrations.RunPython(start_clocks, migrations.RunPython.noop),
        migrations.RunPython(grant_roles, migrations.RunPython.noop),
    ]
