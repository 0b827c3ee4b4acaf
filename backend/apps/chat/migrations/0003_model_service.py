"""The model service that administrators set on the screen."""

import django.utils.timezone
from django.db import migrations, models

import apps.core.ids


class Migration(migrations.Migration):
    dependencies = [
        ("chat", "0002_search_index"),
    ]

    operations = [
        migrations.CreateModel(
            name="ModelService",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, editable=False, primary_key=True, serialize=False)),
                ("version", models.UUIDField(default=apps.core.ids.uuid7, editable=False)),
                ("base_url", models.CharField(max_length=500, verbose_name="address")),
                ("sealed_key", models.TextField(blank=True, editable=False)),
                ("key_end", models.CharField(blank=True, editable=False, max_length=4)),
                ("changed_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
            ],
            options={
                "constraints": [models.CheckConstraint(condition=models.Q(("id", 1)), name="one_model_service")],
            },
        ),
    ]
