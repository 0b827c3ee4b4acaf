"""The first tables.

Long texts come last: SQLite reads a row from its beginning.
"""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import apps.core.ids
import apps.core.search.field


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Conversation",
            fields=[
                (
                    "id",
                    models.UUIDField(default=apps.core.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("public_id", models.UUIDField(editable=False)),
                ("title", models.CharField(default="New Conversation", max_length=200)),
                ("is_title_automatic", models.BooleanField(default=True)),
                ("model", models.CharField(max_length=200)),
                ("system_prompt", models.TextField(blank=True)),
                ("temperature", models.FloatField(default=0.7)),
                ("is_archived", models.BooleanField(default=False)),
                ("is_pinned", models.BooleanField(default=False)),
                ("revision", models.PositiveBigIntegerField(default=1)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("updated_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("deleted_at", models.DateTimeField(null=True)),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="conversations",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Message",
            fields=[
                (
                    "id",
                    models.UUIDField(default=apps.core.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "conversation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="messages", to="chat.conversation"
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="children",
                        to="chat.message",
                    ),
                ),
                ("depth", models.PositiveIntegerField(default=0)),
                ("role", models.CharField(choices=[("user", "User"), ("assistant", "Assistant")], max_length=9)),
                ("content", models.TextField(blank=True)),
                ("reasoning", models.TextField(blank=True)),
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
                        default="complete",
                        max_length=11,
                    ),
                ),
                ("run", models.PositiveIntegerField(default=0)),
                ("run_base", models.PositiveBigIntegerField(default=0)),
                ("seq", models.PositiveBigIntegerField(default=0)),
                ("started_by", models.CharField(blank=True, max_length=10)),
                ("client_id", models.UUIDField(null=True)),
                ("model_used", models.CharField(blank=True, max_length=200)),
                ("finish_reason", models.CharField(max_length=100, null=True)),
                ("error_code", models.CharField(max_length=50, null=True)),
                ("prompt_tokens", models.PositiveIntegerField(null=True)),
                ("completion_tokens", models.PositiveIntegerField(null=True)),
                ("token_count", models.PositiveIntegerField(null=True)),
                ("context_dropped", models.PositiveIntegerField(default=0)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("ended_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.AddField(
            model_name="conversation",
            name="leaf",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="chat.message"
            ),
        ),
        migrations.CreateModel(
            name="Command",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("client_id", models.UUIDField()),
                ("kind", models.CharField(max_length=10)),
                ("digest", models.BinaryField(max_length=32)),
                ("run", models.PositiveIntegerField()),
                (
                    "conversation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="chat.conversation"
                    ),
                ),
                (
                    "reply",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="chat.message"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SearchEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "conversation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="search_entries",
                        to="chat.conversation",
                    ),
                ),
                (
                    "message",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="search_entry",
                        to="chat.message",
                    ),
                ),
                ("terms", apps.core.search.field.TermsField()),
            ],
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(fields=["conversation", "parent", "id"], name="message_siblings"),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("status__in", ["pending", "streaming"])), fields=["status"], name="message_active"
            ),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status__in", ["pending", "streaming"])),
                fields=("conversation",),
                name="one_active_answer",
            ),
        ),
        migrations.AddIndex(
            model_name="conversation",
            index=models.Index(
                models.F("owner"),
                models.OrderBy(models.F("is_pinned"), descending=True),
                models.OrderBy(models.F("updated_at"), descending=True),
                models.OrderBy(models.F("id"), descending=True),
                name="conversation_list",
            ),
        ),
        migrations.AddIndex(
            model_name="conversation",
            index=models.Index(
                condition=models.Q(("deleted_at__isnull", False)), fields=["deleted_at"], name="conversation_deleted"
            ),
        ),
        migrations.AddConstraint(
            model_name="conversation",
            constraint=models.UniqueConstraint(fields=("owner", "public_id"), name="conversation_public_id"),
        ),
        migrations.AddConstraint(
            model_name="command",
            constraint=models.UniqueConstraint(fields=("conversation", "client_id"), name="command_once"),
        ),
        migrations.AddConstraint(
            model_name="searchentry",
            constraint=models.UniqueConstraint(
                condition=models.Q(("message__isnull", True)), fields=("conversation",), name="search_entry_of_title"
            ),
        ),
    ]
