# Sourced by ./test: brings what single tests need (the chaos suite's accidents: iproute2 for networks, libfaketime for clocks; a
# second reader of exported parameters and one of the programs that train: NumPy; another program: Node; judges of units, scripts,
# compose.yaml and alert rules: systemd-analyze, shellcheck, docker-compose, promtool; a unit's filter of system calls: libseccomp)
# where that is possible without a word: as root, on Debian or Ubuntu. Elsewhere those tests are skipped and say what they miss.

test_packages_missing() {
    command -v ip >/dev/null || echo iproute2
    compgen -G '/usr/lib/*-linux-gnu/faketime/libfaketimeMT.so.1' >/dev/null || echo libfaketime
    /usr/bin/python3 -c 'import numpy' 2>/dev/null || echo python3-numpy
    command -v node >/dev/null || echo nodejs
    command -v systemd-analyze >/dev/null || echo systemd
    command -v shellcheck >/dev/null || echo shellcheck
    command -v docker-compose >/dev/null || echo docker-compose
    /usr/bin/python3 -c 'import seccomp' 2>/dev/null || echo python3-seccomp
}

# Out of its package and not with it: that would start a Prometheus on the machine.
bring_promtool() {
    local folder=$root/artifacts/tools
    if ! command -v promtool >/dev/null && [ ! -e "$folder" ] && command -v dpkg-deb >/dev/null; then
        mkdir -p "$folder"
        (cd "$folder" && timeout 60 apt-get download -qq -o Acquire::Retries=0 prometheus &&
             dpkg-deb --fsys-tarfile prometheus_*.deb | tar -x --strip-components=3 ./usr/bin/promtool
         rm -f prometheus_*.deb) </dev/null >"$root/artifacts/promtool.log" 2>&1
    fi
    [ ! -x "$folder/promtool" ] || export PATH=$folder:$PATH
}

bring_test_packages() {
    local missing tried=$root/artifacts/test-packages.tried
    missing=$(test_packages_missing)
    [ -n "$missing" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || return 0
    # One try for each set of packages: a machine without a network should not wait for it before every test.
    [ "$(cat "$tried" 2>/dev/null)" = "$missing" ] && return 0
    mkdir -p "$root/artifacts"
    echo "sweep: installing" $missing "for the tests, once ..." >&2
    local apt="apt-get -qq -o Acquire::Retries=0 -o Acquire::http::Timeout=10"
    # shellcheck disable=SC2086 # words
    { timeout 60 $apt update || true
      DEBIAN_FRONTEND=noninteractive timeout 120 $apt install -y --no-install-recommends $missing
    } </dev/null >"$root/artifacts/test-packages.log" 2>&1 || echo "$missing" >"$tried"
}
