"""nginx for the tests of the images is found or fetched; without it, those tests are skipped."""

from pathlib import Path

import pytest

from tools.tests.scratch_repository import Repository

where_debian_has_it = Path("/usr/sbin/nginx")
without_nginx = pytest.mark.skipif(where_debian_has_it.exists(), reason="nginx is installed")

FIND = "from tools.nginx import find_nginx; print('FOUND', find_nginx())"
DOWNLOADS = 'echo "$@" >> calls; case "$1" in download) echo package > nginx_1.0_all.deb;; esac'
DOWNLOADS_ONCE_UPDATED = (
    'case "$1" in update) echo yes > updated;; download) test -f updated && echo > nginx_1.deb;; esac'
)
UNPACKS = r"""
[ "$1" = -x ] && /bin/mkdir -p "$3/usr/sbin" && printf '#!/bin/sh\necho nginx version: nginx/1.22.1 >&2\n' \
    > "$3/usr/sbin/nginx" && /bin/chmod +x "$3/usr/sbin/nginx"
"""


def test_a_given_nginx_is_used(repository: Repository) -> None:
    assert "FOUND /opt/nginx\n" in repository.run("-c", FIND, NGINX_PATH="/opt/nginx").stdout


def test_an_installed_nginx_is_used(repository: Repository) -> None:
    repository.use_only(nginx="")
    assert f"FOUND {repository.root}/bin/nginx\n" in repository.run("-c", FIND).stdout


@without_nginx
def test_nginx_is_fetched_once(repository: Repository) -> None:
    for _ in range(2):
        repository.use_only(**{"apt-get": DOWNLOADS, "dpkg-deb": UNPACKS, "sh": 'exec /bin/sh "$@"'})
        found = repository.root / ".cache" / "nginx" / "usr" / "sbin" / "nginx"
        assert f"FOUND {found}\n" in repository.run("-c", FIND).stdout
    calls = (repository.root / ".cache" / "nginx" / "calls").read_text().splitlines()
    assert calls == ["download -qq nginx"]


@without_nginx
def test_the_package_list_is_updated_if_the_package_is_not_found(repository: Repository) -> None:
    repository.use_only(**{"apt-get": DOWNLOADS_ONCE_UPDATED, "dpkg-deb": UNPACKS, "sh": 'exec /bin/sh "$@"'})
    assert "FOUND None" not in repository.run("-c", FIND).stdout


@without_nginx
def test_no_nginx_is_found_where_it_cannot_be_fetched(repository: Repository) -> None:
    repository.use_only(**{"apt-get": "exit 100", "dpkg-deb": "exit 2"})
    result = repository.run("-c", FIND)
    assert "FOUND None\n" in result.stdout
    assert "its tests are skipped" in result.stderr
