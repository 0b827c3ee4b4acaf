"""Time of a search: `python -m bench.search [--messages 100000] [--postgres]`.

Fills an empty database with made-up Chinese and English messages of one user, then prints the time of a page of hits
with its exact total (median and slowest), and the time that indexing adds to storing a message. Removes all that it
created.
"""

import argparse
import contextlib
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import accumulate, batched
from pathlib import Path
from uuid import UUID

BACKEND = Path(__file__).resolve().parent.parent / "backend"
LETTERS = 3000
WORDS = 20_000
ROUNDS = 15


def main() -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=100_000)
    parser.add_argument("--conversations", type=int, default=10_000)
    parser.add_argument("--postgres", action="store_true", help="start a PostgreSQL 16, instead of SQLite")
    options = parser.parse_args()
    sys.path.insert(0, str(BACKEND))
    with _database(postgres=options.postgres):
        measure(options.messages, options.conversations)


def measure(messages: int, conversations: int) -> None:
    """Fill the database and print the times."""
    import django  # noqa: PLC0415

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415

    call_command("migrate", verbosity=0, skip_checks=True)
    began = time.perf_counter()
    owner_id, texts = _fill(messages, conversations)
    seconds = time.perf_counter() - began
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    print(f"{connection.vendor}: {messages} messages in {conversations} conversations, filled in {seconds:.0f} s")
    for name, query in _queries(texts).items():
        _report(name, query, _searcher(owner_id, query))
    _measure_storing(owner_id, texts)


@contextlib.contextmanager
def _database(*, postgres: bool) -> Iterator[None]:
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        os.environ["DATA_DIR"] = folder
        os.environ["DATABASE_URL"] = ""
        if postgres:
            from testkit.local_services import run_postgres  # noqa: PLC0415

            os.environ["DATABASE_URL"] = stack.enter_context(run_postgres()).url
        yield


class _Writer:
    """Writes texts whose letters and words have the frequencies of a language (Zipf's law)."""

    def __init__(self) -> None:
        self._chance = random.Random(1)  # noqa: S311
        self.letters = [chr(0x4E00 + number) for number in self._chance.sample(range(0x5000), LETTERS)]
        self.words = sorted({self._word() for _ in range(WORDS)})
        self._chance.shuffle(self.words)
        self._letter_weights = list(accumulate(1 / (rank + 3) for rank in range(len(self.letters))))
        self._word_weights = list(accumulate(1 / (rank + 3) for rank in range(len(self.words))))

    def write(self) -> str:
        """Return one message: mostly Chinese, some words of English."""
        length = self._chance.choice((10, 30, 60, 120, 300))
        letters = self._chance.choices(self.letters, cum_weights=self._letter_weights, k=length)
        words = self._chance.choices(self.words, cum_weights=self._word_weights, k=length // 5)
        sentences = ["".join(part) for part in batched(letters, 15)]
        return "，".join(sentences) + " " + " ".join(words)

    def _word(self) -> str:
        letters = self._chance.choices("etaoinshrdlucmfwypvbgkjqxz", range(26, 0, -1), k=self._chance.randint(2, 10))
        return "".join(letters)


def _fill(messages: int, conversations: int) -> tuple[UUID, list[str]]:
    from apps.chat.models import Conversation, Message, SearchEntry  # noqa: PLC0415
    from apps.core.ids import uuid7  # noqa: PLC0415
    from apps.core.search.terms import index_terms, owner_term  # noqa: PLC0415
    from apps.users.models import User  # noqa: PLC0415

    owner = User.objects.create(username="bench", email="bench@example.org")
    ids = [uuid7() for _ in range(conversations)]
    Conversation.objects.bulk_create(
        [Conversation(id=id_, public_id=id_, owner=owner, model="m") for id_ in ids], batch_size=500
    )
    writer = _Writer()
    texts: list[str] = []
    for portion in batched(range(messages), 1000):
        rows = [
            Message(conversation_id=ids[number % conversations], role="user", content=writer.write())
            for number in portion
        ]
        texts.extend(row.content for row in rows)
        Message.objects.bulk_create(rows)
        own = owner_term(owner.id.hex)
        SearchEntry.objects.bulk_create(
            SearchEntry(conversation_id=row.conversation_id, message=row, terms=[own, *index_terms(row.content)])
            for row in rows
        )
    return owner.id, texts


def _queries(texts: list[str]) -> dict[str, str]:
    writer = _Writer()
    frequent, rare = writer.letters, [text.partition("，")[0] for text in texts if "，" in text]
    return {
        "1 frequent letter": frequent[0],
        "1 rare letter": frequent[-1],
        "2 frequent letters": frequent[0] + frequent[1],
        "2 letters": rare[7][3:5],
        "3 letters": rare[7][3:6],
        "6 letters": rare[7][3:9],
        "1 word": writer.words[40],
        "frequent word": writer.words[0],
        "1 letter, Latin": "e",
        "2 letters, Latin": "th",
        "word and 2 letters": f"{writer.words[0]} {frequent[0]}{frequent[1]}",
        "not there": "zzzzzz",
        "no search": "",
    }


def _searcher(owner_id: UUID, query: str) -> Callable[[], int]:
    from apps.chat.conversations.selectors import list_conversations  # noqa: PLC0415

    return lambda: list_conversations(owner_id, search=query, page=1, page_size=20).total


def _report(name: str, query: str, search: Callable[[], int]) -> None:
    times, cpu = [], []
    found = 0
    for _ in range(ROUNDS):
        began, busy = time.perf_counter(), time.process_time()
        found = search()
        times.append((time.perf_counter() - began) * 1000)
        cpu.append((time.process_time() - busy) * 1000)
    spent = f"{statistics.median(times):7.1f} ms (slowest {max(times):.1f}, own CPU {statistics.median(cpu):.1f})"
    print(f"  {name:20} {query!r:14} {found:6} found  {spent}", flush=True)


def _measure_storing(owner_id: UUID, texts: list[str]) -> None:
    from django.db import transaction  # noqa: PLC0415

    from apps.chat.models import Conversation, Message  # noqa: PLC0415
    from apps.chat.search.index import index_messages  # noqa: PLC0415

    conversation = Conversation.objects.filter(owner_id=owner_id)[0]
    without, within, commits = [], [], []
    for text in texts[:300]:
        began = time.perf_counter()
        with transaction.atomic():
            message = Message.objects.create(conversation=conversation, role="user", content=text)
        without.append(time.perf_counter() - began)
        began = time.perf_counter()
        with transaction.atomic():
            message = Message.objects.create(conversation=conversation, role="user", content=text)
            indexing = time.perf_counter()
            index_messages(message)
            within.append(time.perf_counter() - indexing)
        commits.append(time.perf_counter() - began)
    added = (statistics.mean(commits) - statistics.mean(without)) * 1000
    print(f"  storing one message: the index adds {added:.2f} ms on average")
    print(
        f"  index_messages alone: median {statistics.median(within) * 1000:.2f} ms, slowest {max(within) * 1000:.1f} ms"
    )


if __name__ == "__main__":
    main()
