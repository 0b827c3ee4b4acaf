"""Several model services, each with a name; older workers continue to use the first."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("chat", "0016_attachments"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="modelservice",
            options={"ordering": ["id"]},
        ),
        migrations.RemoveConstraint(
            model_name="modelservice",
            name="one_model_service",
        ),
        migrations.AddField(
            model_name="modelservice",
            name="model_limits",
            field=models.JSONField(
                blank=True, db_default=models.Value({}, models.JSONField()), default=dict, editable=False
            ),
        ),
        migrations.AddField(
            model_name="modelservice",
            name="name",
            field=models.CharField(blank=True, db_default="", default="", max_length=60),
        ),
        migrations.AddField(
            model_name="modelservice",
            name="slug",
            field=models.CharField(blank=True, db_default="", default="", editable=False, max_length=40),
        ),
        migrations.AlterField(
            model_name="modelservice",
            name="model_names",
            field=models.JSONField(
                blank=True, db_default=models.Value([], models.JSONField()), default=list, editable=False
            ),
        ),
        migrations.AddConstraint(
            model_name="modelservice",
            constraint=models.UniqueConstraint(models.F("slug"), name="model_service_slug"),
        ),
    ]
