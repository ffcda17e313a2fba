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
    $sudo apt-get update -qq >&2 || true
    $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core fonts-liberation >&2
}

bring_chromium() {
    has_chromium && return 0
    install_chromium_with_apt && has_chromium && return 0
    echo 'test: Chromium is missing and could not be installed with apt-get (needs root or sudo):' \
        'install the package "chromium", or name a browser in SWEEP_CHROMIUM; tests of pages fail without it' >&2
    return 0
}
