# Sourced by build.sh: asks once whether the packages of Orleans and of TorchSharp restore here, and
# keeps the answers in artifacts/packages/, where Directory.Build.props reads them. `./sweep doctor --probe` asks again.

probe_seconds=${SWEEP_PROBE_SECONDS:-60}

probe_packages() {
    local folder=$root/artifacts/packages
    mkdir -p "$folder"
    ask_for_packages orleans Microsoft.Orleans.Server Microsoft.Orleans.Clustering.AdoNet Microsoft.Orleans.Reminders.AdoNet &
    ask_for_packages torchsharp TorchSharp-cpu &
    wait
}

forget_packages() { rm -rf "$root/artifacts/packages"; }

# artifacts/packages/NAME holds one line: yes, or no and the reason. A registry that gave no answer is asked again by the next build.
ask_for_packages() {
    local name=$1 folder=$root/artifacts/packages answer
    shift
    [ -e "$folder/$name" ] && ! grep -q 'no answer' "$folder/$name" && return
    mkdir -p "$folder/probe-$name"
    # Below the root, so the versions are those of Directory.Packages.props.
    {
        echo '<Project Sdk="Microsoft.NET.Sdk"><ItemGroup>'
        printf '<PackageReference Include="%s" />' "$@"
        echo '</ItemGroup></Project>'
    } >"$folder/probe-$name/probe-$name.csproj"
    answer=$(timeout "$probe_seconds" dotnet restore "$folder/probe-$name/probe-$name.csproj" -p:RestorePackagesWithLockFile=false -v quiet --nologo 2>&1)
    case $? in
        0) answer=yes ;;
        124) answer="no: no answer from the package registry within $probe_seconds s" ;;
        *) answer="no: $(first_error "$answer")" ;;
    esac
    rm -rf "$folder/probe-$name"
    echo "$answer" >"$folder/$name.$$"
    mv "$folder/$name.$$" "$folder/$name"
}

# The package that is missing, rather than what follows from it; the first sentence, without places.
first_error() {
    { grep -h 'error NU110[12]' <<<"$1"; grep -h 'error' <<<"$1"; } | sed -e 's/.*error [A-Z0-9]*: //' -e 's/\. .*//' -e 's/ \[.*//' | head -n 1
}

# One line for each set of tests that is not part of this build; they count neither as passed nor as failed.
say_which_tests_are_not_run() {
    local name answer
    for name in orleans torchsharp; do
        answer=$(cat "$root/artifacts/packages/$name" 2>/dev/null)
        case $answer in yes) ;; *) echo "not run: the tests of $name (${answer#no: })" ;; esac
    done
}
