#!/bin/sh
# Writes a copy of the attachments to standard output, as an archive of tar and gzip; the product may run meanwhile. Make it after the
# copy of the database: files that the database does not know are deleted by the product, missing ones are lost.
# They are in the folder ATTACHMENTS.
set -eu

folder=${ATTACHMENTS:-/data/attachments}
[ -d "$folder" ] || exec tar --create --gzip --files-from /dev/null
# 1: a file was deleted while it was being read.
tar --create --gzip --directory "$folder" --exclude="./.*" . || [ $? -eq 1 ]
