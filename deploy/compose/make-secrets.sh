#!/bin/sh
# Make the secrets of this installation once. Keep copies of thabian.env elsewhere: without its keys the warehouse is of no use.
set -eu
cd "$(dirname "$0")"
umask 077
mkdir -p secrets
[ -e secrets/thabian.env ] && { echo "secrets/ is there already: nothing done"; exit 0; }
random() { od -An -N32 -tx1 /dev/urandom | tr -d ' \n'; }
password=$(random)
printf %s "$password" > secrets/clickhouse_password
random > secrets/grafana_password
# The images read these two as users of their own; the folder keeps others of this host out.
chmod 644 secrets/clickhouse_password secrets/grafana_password
{
  echo "THABIAN_CLICKHOUSE_PASSWORD=$password"
  echo "THABIAN_PERSON_SECRET=$(random)"
  echo "THABIAN_MATCH_SECRET=$(random)"
} > secrets/thabian.env
echo "made: secrets/"
