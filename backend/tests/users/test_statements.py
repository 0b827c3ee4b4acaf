"""Statements of a sign-in in the database: each takes CPU time from running answers."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.core.errors import AppError
from apps.users.errors import WrongCredentialsError
from apps.users.models import Session, User
from apps.users.services.sign_in import sign_in
from tests.users.devices import PASSWORD, fresh_address

pytestmark = pytest.mark.django_db(transaction=True)


def try_to_sign_in(login: str, password: str, address: str) -> None:
    sign_in(login=login, password=password, address=address, user_agent="a browser")


def count_statements(work: Callable[[], None]) -> int:
    with CaptureQueriesContext(connection) as captured:
        work()
    return len(captured)


def count_refusal_statements(login: str, password: str, address: str) -> int:
    def be_refused() -> None:
        with pytest.raises(WrongCredentialsError):
            try_to_sign_in(login, password, address)

    return count_statements(be_refused)


def test_a_sign_in_takes_no_more_statements_than_these() -> None:
    User.objects.create_user("owner", "owner@example.org", PASSWORD)
    address = fresh_address()
    counts = [count_statements(lambda: try_to_sign_in("owner", PASSWORD, address)) for _ in range(3)]
    # On PostgreSQL, the statements of a round trip count as one.
    assert counts == [10 if connection.vendor == "sqlite" else 8] * 3
    assert Session.objects.count() == 3


def test_refused_sign_ins_take_the_same_statements() -> None:
    User.objects.create_user("owner", "owner@example.org", PASSWORD)
    User.objects.create_user("former", "former@example.org", PASSWORD, is_active=False)
    locked_at = fresh_address()
    for _ in range(5):
        with pytest.raises(AppError):
            try_to_sign_in("owner@example.org", "not the password", locked_at)
    counts = {
        count_refusal_statements("owner", "not the password", fresh_address()),
        count_refusal_statements("owner@example.org", "not the password", fresh_address()),
        count_refusal_statements("stranger", PASSWORD, fresh_address()),
        count_refusal_statements("stranger@example.org", PASSWORD, fresh_address()),
        count_refusal_statements("former", PASSWORD, fresh_address()),
        count_refusal_statements("owner", PASSWORD, locked_at),
    }
    assert counts == {8 if connection.vendor == "sqlite" else 5}
