from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("memberships", "0004_carry_over")]
    operations = [
        migrations.RemoveConstraint(
            model_name='plan',
            name='list_fee_is_not_negative',
        ),
        migrations.RemoveField(
            model_name='plan',
            name='list_fee',
        ),
    ]
