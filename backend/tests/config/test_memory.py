"""Memory that a server returns to the system."""

import platform
import subprocess
import sys

import pytest

from testkit.server_process import BACKEND_DIR

HASH_FIVE = """
import resource, threading
from argon2.low_level import Type, hash_secret
from server.memory import return_large_blocks

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


@pytest.mark.storeless
@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other allocators behave otherwise")
def test_the_memory_of_a_hash_is_returned() -> None:
    run = subprocess.run([sys.executable, "-c", HASH_FIVE], cwd=BACKEND_DIR, capture_output=True, text=True, check=True)
    assert int(run.stdout) < 5 * 1024 * 1024
