"""Transactions that leave out Django's layers, and end as Django's do."""

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


def test_a_transaction_that_fails_stores_nothing_and_the_next_one_works() -> None:
    with pytest.raises(RefusalError):
        create_user_and_fail("one")
    assert not connection.in_atomic_block
    with CompactTransaction():
        create_user("two")
    assert stored_names() == {"two"}


def test_a_handled_failure_without_a_savepoint_undoes_the_whole_transaction() -> None:
    with CompactTransaction():
        create_user("one")
        with pytest.raises(RefusalError):
            create_user_and_fail("two", savepoint=False)
    assert not stored_names()


def test_a_handled_failure_with_a_savepoint_undoes_its_part_alone() -> None:
    with CompactTransaction():
        create_user("one")
        with pytest.raises(RefusalError):
            create_user_and_fail("two")
    assert stored_names() == {"one"}


def test_a_commit_that_fails_stores_nothing_and_the_next_one_works() -> None:
    with pytest.raises(IntegrityError):
        create_user_and_fail_to_commit("one")
    assert not connection.in_atomic_block
    with CompactTransaction():
        create_user("two")
    assert stored_names() == {"two"}


def test_work_queued_for_the_commit_runs_after_it() -> None:
    seen: list[bool] = []
    with CompactTransaction():
        transaction.on_commit(lambda: seen.append(connection.in_atomic_block))
        assert read_later("SELECT 1", [], tuple).all() == [(1,)]
    assert seen == [False]
