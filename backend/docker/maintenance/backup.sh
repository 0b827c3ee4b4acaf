#!/bin/sh
# Writes a copy of the whole database to standard output; it is of one moment, and the product may run meanwhile.
# The database is that of PGHOST, PGPORT, PGUSER, PGDATABASE; the password that of PGPASSWORD_FILE, if there is one.
set -eu

if [ -n "${PGPASSWORD_FILE:-}" ]; then
    PGPASSWORD=$(cat "$PGPASSWORD_FILE")
    export PGPASSWORD
fi
exec pg_dump --format=custom --no-owner --no-privileges
