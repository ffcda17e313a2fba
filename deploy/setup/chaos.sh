# Sourced by ./test: brings what the chaos suite's accidents need (networks: iproute2; clocks: libfaketime) where that is
# possible without a word: as root, on Debian or Ubuntu. Elsewhere those tests are skipped and say what they miss.

chaos_packages_missing() {
    command -v ip >/dev/null || echo iproute2
    compgen -G '/usr/lib/*-linux-gnu/faketime/libfaketimeMT.so.1' >/dev/null || echo libfaketime
}

bring_chaos() {
    local missing tried=$root/artifacts/chaos.tried
    missing=$(chaos_packages_missing)
    [ -n "$missing" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || return 0
    # One try for each set of packages: a machine without a network should not wait for it before every test.
    [ "$(cat "$tried" 2>/dev/null)" = "$missing" ] && return 0
    mkdir -p "$root/artifacts"
    echo "sweep: installing" $missing "for the chaos suite, once ..." >&2
    local apt="apt-get -qq -o Acquire::Retries=0 -o Acquire::http::Timeout=10"
    # shellcheck disable=SC2086 # words
    { timeout 60 $apt update || true
      DEBIAN_FRONTEND=noninteractive timeout 120 $apt install -y --no-install-recommends $missing
    } </dev/null >"$root/artifacts/chaos.log" 2>&1 || echo "$missing" >"$tried"
}
