"""Transactions that leave out Django's layers, and end as Django's do."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection, transaction

from apps.core.round_trips import read_later, write
from apps.core.transactions import CompactTransaction
from apps.users.models import User

pytestmark = pytest.mark.django_db(transaction=True)


class RefusalError(Exception):
    pass


@pytest.fixture(autouse=True)
def open_connection(transactional_db: None) -> None:
    connection.ensure_connection()  # The first transaction of a connection is Django's.


def create_user(name: str) -> None:
    User.objects.create(username=name, email=f"{name}@example.org")


def create_user_and_fail(name: str, *, savepoint: bool = True) -> None:
    with CompactTransaction(savepoint=savepoint):
        create_user(name)
        raise RefusalError


def create_user_and_fail_to_commit(name: str) -> None:
    with CompactTransaction():
        create_user(name)
        # Both databases check this foreign key at the commit.
        write("INSERT INTO chat_changecount (owner_id, revision, latest) VALUES (%s, 1, '{}')", ["0" * 32])


def stored_names() -> set[str]:
    return set(User.objects.values_list("username", flat=True))


def test_a_transaction_that_succeeds_is_stored() -> None:
    with CompactTransaction():
        assert not connection.get_autocommit()
        create_user("one")
    assert connection.get_autocommit()
    connection.close()  # Uncommitted rows are lost.
    assert stored_names() == {"one"}


@pytest.mark.parametrize(
    ("fail", "error"),
    [(create_user_and_fail, RefusalError), (create_user_and_fail_to_commit, IntegrityError)],
    ids=["before its commit", "in its commit"],
)
def test_a_transaction_that_fails_stores_nothing_and_the_next_one_works(
    fail: Callable[[str], None], error: type[Exception]
) -> None:
    with pytest.raises(error):
        fail("one")
    assert not connection.in_atomic_block
    with CompactTransaction():
        create_user("two")
    assert stored_names() == {"two"}


@pytest.mark.parametrize(
    ("savepoint", "stored"), [(False, set()), (True, {"one"})], ids=["the whole transaction", "its part alone"]
)
def test_a_handled_failure_undoes_the_transaction_or_its_part_with_a_savepoint(
    savepoint: bool, stored: set[str]
) -> None:
    with CompactTransaction():
        create_user("one")
        with pytest.raises(RefusalError):
            create_user_and_fail("two", savepoint=savepoint)
    assert stored_names() == stored


def test_work_queued_for_the_commit_runs_after_it() -> None:
    seen: list[bool] = []
    with CompactTransaction():
        transaction.on_commit(lambda: seen.append(connection.in_atomic_block))
        assert read_later("SELECT 1", [], tuple).all() == [(1,)]
    assert seen == [False]
