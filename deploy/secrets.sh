#!/usr/bin/env bash
# Draws the secrets that compose.yaml and the Kubernetes manifests name, once: deploy/secrets.sh [HOST-OF-THE-STORE] [OPTIONS].
# OPTIONS end the addresses, e.g. 'sslmode=verify-full&sslrootcert=/run/secrets/root.crt'. Existing files are left alone.
set -euo pipefail
umask 077
folder=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)/secrets
host=${1:-postgres} options=${2:+?$2}
mkdir -p "$folder"
cd "$folder"
draw() { [ -e "$1" ] || openssl rand -hex 24 | tr -d '\n' >"$1"; }
draw owner_password
draw silo_password
[ -e owner_store ] || printf 'postgresql://sweep_owner:%s@%s/sweeps%s' "$(cat owner_password)" "$host" "$options" >owner_store
[ -e silo_store ] || printf 'postgresql://rack:%s@%s/sweeps%s' "$(cat silo_password)" "$host" "$options" >silo_store
[ -e tokens ] || printf 'launch:%s\nread:%s\n' "$(openssl rand -hex 24)" "$(openssl rand -hex 24)" >tokens
# Compose hands files to containers with the rights they have here; the folder keeps everybody else out.
chmod 444 -- *
chmod 700 .
echo "secrets are in $folder; the tokens for the web service are in $folder/tokens" >&2
