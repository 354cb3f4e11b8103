#!/bin/sh
# Makes the secrets of compose.yaml in the folder secrets beside it, once.
set -eu
umask 077
cd "$(dirname "$0")"
if [ -e secrets ]; then
  echo "make-secrets.sh: secrets exists already, nothing made" >&2
  exit 1
fi

# Random bytes in base64url.
random() { head -c "$1" /dev/urandom | base64 | tr '+/' '-_' | tr -d '=\n'; }

rm -rf secrets.new
mkdir secrets.new
password=$(random 24)
printf '%s' "$password" > secrets.new/postgres_password
printf 'postgres://regrant:%s@postgres:5432/regrant' "$password" > secrets.new/database
random 32 > secrets.new/master_key
# Compose mounts the files with their mode, and each service runs as a user of its own. Only you can enter the folder.
chmod 444 secrets.new/*
mv secrets.new secrets
echo "made secrets: keep a copy of secrets/master_key away from this machine" >&2
