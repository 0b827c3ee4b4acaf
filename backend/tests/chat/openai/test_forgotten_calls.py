"""Calls whose end was never stored do not count forever (docs/api.md: A-10.8)."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from apps.chat.completions.records import FORGOTTEN_AFTER, end_forgotten_calls
from apps.chat.models import ApiCall
from apps.users.models import User

pytestmark = pytest.mark.django_db


def test_only_old_calls_that_this_worker_does_not_make_are_ended() -> None:
    owner = User.objects.create(username="ada", email="ada@example.com")
    worker, other = uuid4(), uuid4()
    old = timezone.now() - FORGOTTEN_AFTER - timedelta(seconds=1)
    calls = {
        name: ApiCall.objects.create(owner=owner, worker=by, model="m", started_at=at).id
        for name, by, at in (
            ("forgotten", worker, old),
            ("running", worker, old),
            ("new", worker, timezone.now()),
            ("elsewhere", other, old),
        )
    }

    end_forgotten_calls(worker, {calls["running"]})

    ended = set(ApiCall.objects.exclude(ended_at=None).values_list("id", flat=True))
    assert ended == {calls["forgotten"]}
