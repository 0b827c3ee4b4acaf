"""Fast password hashers for tests: one waits, and two count their hashes."""

from threading import Event
from typing import ClassVar, override

from django.contrib.auth.hashers import MD5PasswordHasher


class HeldHasher(MD5PasswordHasher):
    """Hashes only while `gate` is open; `started` says that a hash waits for it, `order` lists what was hashed."""

    algorithm = "held"
    gate = Event()
    started = Event()
    order: ClassVar[list[str]] = []

    @override
    def encode(self, password: str, salt: str) -> str:
        self.started.set()
        assert self.gate.wait(30)
        self.order.append(password)
        return super().encode(password, salt)


class CurrentHasher(MD5PasswordHasher):
    """The hasher of new passwords; `spent` lists the algorithms of all hashes."""

    algorithm = "current"
    spent: ClassVar[list[str]] = []

    @override
    def encode(self, password: str, salt: str) -> str:
        self.spent.append(self.algorithm)
        return super().encode(password, salt)


class OutdatedHasher(CurrentHasher):
    """An outdated hasher, which is counted in the same list."""

    algorithm = "outdated"
