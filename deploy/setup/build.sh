# Sourced by ./sweep, ./test and the gate: builds Release when there is no build, or when a source changed after it.

# The SDK itself does without ICU too, which a bare Debian lacks.
export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

stamp=$root/artifacts/sweep.stamp
. "$root/deploy/setup/packages.sh"

up_to_date() {
    [ -e "$stamp" ] && [ -e "$root/artifacts/packages" ] || return 1
    # A folder's time changes when a file in it comes or goes, so folders are looked at too.
    [ -z "$(find "$root/src" "$root"/Directory.*.props "$root/global.json" "$root/.editorconfig" "$root/artifacts/packages" -newer "$stamp" -print -quit)" ]
}

need_dotnet() {
    command -v dotnet >/dev/null && case $(cd "$root" && dotnet --version 2>/dev/null) in 1[0-9].*) return 0 ;; esac
    echo 'sweep: the .NET 10 SDK is missing (looked for "dotnet" on the PATH): install the package dotnet-sdk-10.0, or the SDK from Microsoft, then try again' >&2
    return 2
}

# Tries once to bring the compiler that spares a first trial most of its compilation; nothing depends on it.
bring_ahead_compiler() {
    [ -e "$root/artifacts/ahead.stamp" ] && return
    timeout 60 dotnet restore "$root/deploy/setup/ahead.proj" -v quiet --nologo >/dev/null 2>&1
    touch "$root/artifacts/ahead.stamp"
}

# build PROJECT-OR-SOLUTION: quiet when all is well; the log stays in artifacts/build.log.
build() {
    local started log=$root/artifacts/build.log
    mkdir -p "$root/artifacts"
    probe_packages
    bring_ahead_compiler
    started=$(mktemp "$root/artifacts/.started.XXXXXX")
    if ! (cd "$root" && dotnet build "$1" -c Release -v quiet --nologo -clp:NoSummary) >"$log" 2>&1; then
        rm -f "$started"
        tail -n 30 "$log" >&2
        echo 'sweep: the build failed (artifacts/build.log has all of it)' >&2
        return 2
    fi
    mv "$started" "$stamp" # its time is the start of the build: what changed since then is built again
}

build_if_needed() {
    up_to_date && return
    need_dotnet || return
    mkdir -p "$root/artifacts"
    exec 9>"$root/artifacts/.building"
    flock 9 # two first commands at once: one builds, the other waits
    if ! up_to_date; then
        echo 'sweep: building, once ...' >&2
        build src/Client/Client.csproj || return
    fi
    exec 9>&-
}
