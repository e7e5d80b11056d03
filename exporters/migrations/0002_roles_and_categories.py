from django.db import migrations

from core.roles import AUDITORS, COORDINATORS, FINANCE, MANAGERS, grant

# code, es, en, zh-hans, in demand (named by buyers in the reports of August 2018)
CATEGORIES = [
    ("avocado", "Aguacate", "Avocado", "牛油果", True),
    ("gift", "Aguacate de regalo", "Gift-wrapped avocado", "牛油果礼盒", True),
    ("tequila", "Tequila", "Tequila", "龙舌兰酒", True),
    ("mezcal", "Mezcal", "Mezcal", "梅斯卡尔酒", True),
    ("boots", "Botas de piel", "Leather boots", "皮靴", True),
    ("nopal", "Nopal", "Nopal cactus", "仙人掌", True),
    ("cosmetics", "Cosmética y jabones", "Cosmetics and soaps", "化妆品与香皂", True),
    ("berries", "Frutillas", "Berries", "浆果", False),
    ("coffee", "Café", "Coffee", "咖啡", False),
    ("honey", "Miel y vainilla", "Honey and vanilla", "蜂蜜与香草", False),
    ("fruit", "Fruta", "Fruit", "水果", False),
    ("crafts", "Artesanía", "Crafts", "手工艺品", False),
]
READ = [
    "view_application",
    "view_applicationtransition",
    "view_company",
    "view_document",
    "view_invitation",
    "view_product",
    "view_productcategory",
    "view_producttransition",
    "view_teammember",
]


def add_categories(apps, schema_editor):
    ProductCategory = apps.get_model("exporters", "ProductCategory")
    for position, (code, es, en, zh, in_demand) in enumerate(CATEGORIES, start=1):
        ProductCategory.objects.update_or_create(
            code=code,
            defaults={
                "name": es,
                "name_es": es,
                "name_en": en,
                "name_zh_hans": zh,
                "in_demand": in_demand,
                "position": position,
            },
        )


def grant_roles(apps, schema_editor):
    review = ["review_application", "change_product", "change_productcategory"]
    grant(
        apps,
        "exporters",
        {
            COORDINATORS: READ + review,
            MANAGERS: [*READ, *review, "suspend_application"],
            FINANCE: READ,
            AUDITORS: READ,
        },
    )


class Migration(migrations.Migration):
    dependencies = [
        ("exporters", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [
        migrations.RunPython(add_categories, migrations.RunPython.noop),
        migrations.RunPython(grant_roles, migrations.RunPython.noop),
    ]
