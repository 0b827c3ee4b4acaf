"""A server does not import packages that it does not use."""

import subprocess
import sys

import pytest
from django.conf import settings

pytestmark = pytest.mark.storeless

PROGRAM = """
import sys

from server.optional_packages import hide_optional_packages

hide_optional_packages()
import django

django.setup()
import config.asgi
import config.urls
import server.serve
from apps.core.sealing import seal_secret, unseal_secret

unused = "cryptography", "jinja2", "ninja_extra.controllers", "rich", "twisted", "unittest", "watchfiles"
print(*[name for name in unused if sys.modules.get(name)])
print(unseal_secret(seal_secret("a key", purpose="test"), purpose="test"))
"""


def test_a_server_imports_no_package_that_it_does_not_use() -> None:
    served = subprocess.run([sys.executable, "-c", PROGRAM], cwd=settings.BACKEND_DIR, capture_output=True, check=True)

    assert served.stdout.decode().splitlines() == ["", "a key"]
