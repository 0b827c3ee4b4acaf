"""Store international email addresses in the one form in which they are compared."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Q
from django.db.models.functions import Lower

from apps.users.emails import normalize_email


def normalise(apps: Apps, _: BaseDatabaseSchemaEditor) -> None:
    """Rewrite addresses with other letters or in Punycode, unless another account has the new form."""
    users = apps.get_model("users", "User").objects
    for user in users.filter(Q(email__icontains="xn--") | Q(email__regex=r"[^\x00-\x7f]")).only("id", "email"):
        email = normalize_email(user.email)
        is_taken = users.alias(key=Lower("email")).filter(key=email.lower()).exclude(id=user.id).exists()
        if email != user.email and not is_taken:
            users.filter(id=user.id).update(email=email)


class Migration(migrations.Migration):
    dependencies = [("users", "0003_api_keys")]

    operations = [migrations.RunPython(normalise, migrations.RunPython.noop)]
