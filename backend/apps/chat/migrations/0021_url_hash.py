"""The hash of a base URL is called so in the code; its column keeps the name `address`."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("chat", "0020_text_bytes"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RemoveConstraint(model_name="blindmodel", name="blind_model"),
                migrations.AlterField(
                    model_name="blindmodel",
                    name="address",
                    field=models.CharField(db_column="address", max_length=64),
                ),
                migrations.RenameField(model_name="blindmodel", old_name="address", new_name="url_hash"),
                migrations.AddConstraint(
                    model_name="blindmodel",
                    constraint=models.UniqueConstraint(fields=("url_hash", "model"), name="blind_model"),
                ),
            ],
        ),
    ]
