# shellcheck shell=bash
# Sourced by run.sh: a PostgreSQL of the soak's own, reached by a socket in FOLDER/server, with the database and user soak.

as_server_user() {
    if [ "$(id -u)" = 0 ]; then setpriv --reuid=postgres --regid=postgres --clear-groups -- "$@"; else "$@"; fi
}

postgres_folder() {
    if [ -n "${SWEEP_POSTGRES:-}" ]; then echo "$SWEEP_POSTGRES"; else compgen -G '/usr/lib/postgresql/*/bin' | sort -V | tail -n 1; fi
}

start_server() { # FOLDER
    local bin
    bin=$(postgres_folder)
    chmod 755 "$1"
    mkdir -p "$1/server"
    [ "$(id -u)" != 0 ] || chown postgres "$1/server"
    (
        cd /
        as_server_user "$bin/initdb" -D "$1/server/data" -U soak -A trust -E UTF8 --no-locale --no-sync >/dev/null
        as_server_user "$bin/pg_ctl" start -w -s -D "$1/server/data" -l "$1/server/log" -o "-k '$1/server' -c listen_addresses=''"
        as_server_user "$bin/createdb" -h "$1/server" -U soak soak
    )
}

stop_server() { # FOLDER
    (cd / && as_server_user "$(postgres_folder)/pg_ctl" stop -s -m fast -D "$1/server/data") || true
}
