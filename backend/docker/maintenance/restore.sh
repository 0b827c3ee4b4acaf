#!/bin/sh
# Puts the copy on standard input in the place of the database, with the API stopped. It is restored beside it first:
# whatever goes wrong, the database stays as it was. Afterwards the old one is kept as <name>_before_restore.
# The database is that of PGHOST, PGPORT, PGUSER, PGDATABASE; the password that of PGPASSWORD_FILE, if there is one.
set -eu

if [ -n "${PGPASSWORD_FILE:-}" ]; then
    PGPASSWORD=$(cat "$PGPASSWORD_FILE")
    export PGPASSWORD
fi
new="${PGDATABASE}_restoring"
old="${PGDATABASE}_before_restore"

ask() {
    database=$1
    shift
    psql --dbname="$database" --no-psqlrc --quiet --no-align --tuples-only --set=ON_ERROR_STOP=1 "$@"
}

others=$(ask postgres --command="SELECT count(*) FROM pg_stat_activity WHERE datname = '$PGDATABASE'")
if [ "$others" -gt 0 ]; then
    echo "The database is in use by $others connections: stop the API first." >&2
    exit 1
fi

trap 'dropdb --if-exists "$new"' EXIT
dropdb --if-exists "$new"
createdb --template=template0 "$new"
pg_restore --dbname="$new" --exit-on-error --no-owner --no-privileges
applied=$(ask "$new" --command="SELECT count(*) FROM django_migrations")

dropdb --if-exists "$old"
ask postgres --single-transaction \
    --command="ALTER DATABASE \"$PGDATABASE\" RENAME TO \"$old\"" \
    --command="ALTER DATABASE \"$new\" RENAME TO \"$PGDATABASE\""
echo "Restored, with $applied migrations; what was there before is in the database $old." >&2
