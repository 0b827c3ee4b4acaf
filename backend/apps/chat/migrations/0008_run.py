"""The table of runs, still empty."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("chat", "0007_public_id")]

    operations = [
        migrations.CreateModel(
            name="Run",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "conversation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="runs",
                        to="chat.conversation",
                    ),
                ),
                (
                    "answer",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="runs",
                        to="chat.message",
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("kind", models.CharField(max_length=10)),
                ("client_id", models.UUIDField(null=True)),
                ("digest", models.BinaryField(max_length=32, null=True)),
                ("session_id", models.UUIDField(null=True)),
                ("writer", models.UUIDField(null=True)),
                ("is_stop_requested", models.BooleanField(default=False)),
                ("is_takeover", models.BooleanField(default=False)),
                ("base", models.PositiveBigIntegerField(default=0)),
                ("content_base", models.PositiveIntegerField(default=0)),
                ("reasoning_base", models.PositiveIntegerField(default=0)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("pending", "pending"),
                            ("streaming", "streaming"),
                            ("complete", "complete"),
                            ("length", "length"),
                            ("filtered", "filtered"),
                            ("stopped", "stopped"),
                            ("interrupted", "interrupted"),
                            ("error", "error"),
                        ],
                        default="pending",
                        max_length=11,
                    ),
                ),
                ("finish_reason", models.CharField(max_length=100, null=True)),
                ("error_code", models.CharField(max_length=50, null=True)),
                ("prompt_tokens", models.PositiveIntegerField(null=True)),
                ("completion_tokens", models.PositiveIntegerField(null=True)),
                ("context_dropped", models.PositiveIntegerField(default=0)),
                ("is_indexed", models.BooleanField(default=False)),
                ("started_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("is_indexed", False)), fields=["id"], name="run_not_indexed")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("answer", "number"), name="run_number"),
                    models.UniqueConstraint(fields=("conversation", "client_id"), name="run_command"),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)), fields=("conversation",), name="one_active_run"
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="message",
            name="latest_run",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="chat.run",
            ),
        ),
    ]
