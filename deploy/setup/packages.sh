# Sourced by build.sh: asks once whether the packages of Orleans and of TorchSharp restore here, and
# keeps the answers in artifacts/packages/, where Directory.Build.props reads them. `./sweep doctor --probe` asks again.

# A registry that has the packages sends them, however long that takes; one that is away says nothing. Only silence has a limit.
probe_silence=${SWEEP_PROBE_SILENCE:-6}

probe_packages() {
    mkdir -p "$root/artifacts/packages"
    ask_for_packages orleans Microsoft.Orleans.Server Microsoft.Orleans.Clustering.AdoNet Microsoft.Orleans.Reminders.AdoNet &
    local first=$!
    ask_for_packages torchsharp TorchSharp-cpu &
    wait "$first" $! || true
}

forget_packages() { rm -rf "$root/artifacts/packages"; }

# artifacts/packages/NAME holds one line: yes, or no and the reason.
ask_for_packages() {
    local name=$1 folder=$root/artifacts/packages probe=$root/artifacts/probe-$1 answer
    shift
    [ ! -e "$folder/$name" ] || return 0
    rm -rf "$probe"
    mkdir -p "$probe/came"
    # Below the root, so the versions are those of Directory.Packages.props.
    {
        echo '<Project Sdk="Microsoft.NET.Sdk"><ItemGroup>'
        printf '<PackageReference Include="%s" />' "$@"
        echo '</ItemGroup></Project>'
    } >"$probe/probe-$name.csproj"
    NUGET_HTTP_CACHE_PATH=$probe/came dotnet restore "$probe/probe-$name.csproj" -p:RestorePackagesWithLockFile=false -v quiet --nologo >"$probe/log" 2>&1 &
    if ! ends_or_receives $! "$probe/came"; then answer="no: the package registry gave no answer within $probe_silence s"
    elif wait $!; then answer=yes
    else answer="no: $(first_error "$probe/log")"
    fi
    rm -rf "$probe" "$root/artifacts/obj/probe-$name"
    echo "$answer" >"$folder/$name.$BASHPID"
    mv "$folder/$name.$BASHPID" "$folder/$name"
}

# ends_or_receives PROCESS FOLDER: waits for its end; false, and ended, when nothing more came into the folder for too long.
ends_or_receives() {
    local bytes=0 before=0 since=$SECONDS
    while kill -0 "$1" 2>/dev/null; do
        bytes=$(du -s "$2" 2>/dev/null || true)
        if [ "$bytes" != "$before" ]; then before=$bytes since=$SECONDS; fi
        if [ $((SECONDS - since)) -gt "$probe_silence" ]; then
            kill "$1" 2>/dev/null
            wait "$1" 2>/dev/null
            return 1
        fi
        sleep 0.1
    done
}

# The package that is missing, rather than what follows from it; the first sentence, without places and addresses.
first_error() {
    if grep -q 'error NU1301' "$1"; then echo 'the package registry cannot be reached'; return; fi
    { grep -h 'error NU110[12]' "$1"; grep -h 'error' "$1"; echo 'error: the restore failed'; } \
        | sed -e 's/.*error\( [A-Z0-9]*\)\?: //' -e 's,:\? *https\?://[^ ]*,,' -e 's/\. .*//' -e 's/ \[.*//' | head -n 1 || true
}

# One line for each set of tests that is not part of this build; they count neither as passed nor as failed.
say_which_tests_are_not_run() {
    local name answer
    for name in orleans torchsharp; do
        answer=$(cat "$root/artifacts/packages/$name" 2>/dev/null)
        case $answer in yes) ;; *) echo "not run: the tests of $name (${answer#no: })" ;; esac
    done
}
