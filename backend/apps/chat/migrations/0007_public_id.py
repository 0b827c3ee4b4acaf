"""A fresh public id is the default. The table stays as it is: defaults of Django are not in the database."""

from django.db import migrations, models

import apps.core.ids


class Migration(migrations.Migration):
    dependencies = [("chat", "0006_many_workers")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="conversation",
                    name="public_id",
                    field=models.UUIDField(default=apps.core.ids.uuid7, editable=False),
                ),
            ],
        ),
    ]
