"""Memory that a server returns to the system."""

import platform
import subprocess
import sys

import pytest

from tools.repository import BACKEND

pytestmark = [
    pytest.mark.storeless,
    pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other allocators behave otherwise"),
]

HASH_FIVE = """
import resource, threading
from argon2.low_level import Type, hash_secret
from apps.core.malloc import return_large_blocks

return_large_blocks()

def resident():
    return int(open("/proc/self/statm").read().split()[1]) * resource.getpagesize()

def hash_one():
    hash_secret(b"a password", b"a salt, a salt", 1, 19 * 1024, 1, 32, Type.ID)

before = resident()
for _ in range(5):
    thread = threading.Thread(target=hash_one)
    thread.start()
    thread.join()
print(resident() - before)
"""


HASH_A_BURST = """
import resource, sys, threading
import django
from django.conf import settings
settings.configure()
from apps.core.malloc import return_large_blocks
from apps.users.hashing import Argon2idHasher

return_large_blocks()
hasher = Argon2idHasher()

def resident():
    return int(open("/proc/self/statm").read().split()[1]) * resource.getpagesize()

def page_faults():
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt

encoded = hasher.encode("a password", "a salt, a salt")
before = resident()
hasher.encode("a password", "a salt, a salt")
hasher.verify("a password", encoded)
known = page_faults()
for _ in range(3):
    assert hasher.verify("a password", encoded)
print(page_faults() - known)
for thread in threading.enumerate():
    if thread is not threading.current_thread():
        thread.join()
print(resident() - before)
"""
PAGES_OF_A_HASH = 19 * 1024 // 4


def run(program: str) -> list[int]:
    command = [sys.executable, "-c", program]
    printed = subprocess.run(command, cwd=BACKEND, capture_output=True, text=True, check=True).stdout
    return [int(line) for line in printed.split()]


def test_the_memory_of_a_hash_is_returned() -> None:
    (growth,) = run(HASH_FIVE)
    assert growth < 5 * 1024 * 1024


def test_hashes_of_a_burst_use_the_same_memory_which_is_returned_afterwards() -> None:
    page_faults, growth = run(HASH_A_BURST)
    assert page_faults < PAGES_OF_A_HASH
    assert growth < 5 * 1024 * 1024
