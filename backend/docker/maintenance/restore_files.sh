#!/bin/sh
# Adds the attachments of the archive on standard input to those in the folder ATTACHMENTS. A file never changes, so none
# that is there is replaced. The archive is read in whole first: whatever goes wrong, the folder stays as it was.
set -eu
umask 077

folder=${ATTACHMENTS:-/data/attachments}
mkdir -p "$folder"
new="$folder/.restoring"
trap 'rm -rf "$new"' EXIT
rm -rf "$new"
mkdir "$new"
tar --extract --gzip --directory "$new" --no-same-owner
cp --recursive --no-clobber "$new/." "$folder/"
echo "Restored $(find "$new" -type f | wc -l) files." >&2
