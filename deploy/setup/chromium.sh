# Sourced by ./test: brings a Chromium for the tests of pages when the machine has none.
# Debian's own package as root or with sudo, else one sentence.

has_chromium() {
    [ -n "${SWEEP_CHROMIUM:-}" ] && return 0
    [ -x /usr/bin/chromium ] || [ -x /usr/bin/chromium-browser ] || [ -x /usr/bin/google-chrome ]
}

install_chromium_with_apt() {
    local sudo=
    command -v apt-get >/dev/null || return 1
    if [ "$(id -u)" != 0 ]; then
        command -v sudo >/dev/null || return 1
        if [ -t 0 ]; then sudo=sudo; else sudo -n true 2>/dev/null && sudo='sudo -n' || return 1; fi
    fi
    echo 'test: installing Chromium (apt-get install chromium), once ...' >&2
    local log=$root/artifacts/chromium.log
    { $sudo apt-get update -qq || true
      $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core fonts-liberation
    } >"$log" 2>&1 && return 0
    tail -n 5 "$log" >&2
    return 1
}

bring_chromium() {
    has_chromium && return 0
    install_chromium_with_apt && has_chromium && return 0
    echo 'test: Chromium is missing and could not be installed with apt-get (needs root or sudo):' \
        'tests in a browser are skipped; install the package "chromium", or name a browser in SWEEP_CHROMIUM' >&2
    return 0
}
