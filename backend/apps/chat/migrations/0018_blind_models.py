"""Models whose services have refused images, for all workers."""

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("chat", "0017_model_services"),
    ]

    operations = [
        migrations.CreateModel(
            name="BlindModel",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("address", models.CharField(max_length=64)),
                ("model", models.CharField(max_length=200)),
                ("refused_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("address", "model"), name="blind_model")],
            },
        ),
    ]
