#!/usr/bin/env bash
# Builds the program for machines without .NET: one file each, for linux-x64 and linux-arm64. Or portable: for every machine with .NET.
#   deploy/publish.sh RID FOLDER         e.g. deploy/publish.sh linux-x64 artifacts/linux-x64
#   deploy/publish.sh --probe RID        whether what that needs restores here: yes, or no and why; asked once
#   deploy/publish.sh portable FOLDER    no machine code: `dotnet FOLDER/sweep.dll` on any architecture with ASP.NET Core 10
# Ends with 1 where it built nothing, and says why.
# Packages are restored in locked mode first, so each is the one whose hash is committed; what a machine needs beside them (the
# runtime, the ahead-of-time compiler) has the version that the SDK of global.json names.
set -euo pipefail
root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)
# shellcheck source=deploy/setup/build.sh
. "$root/deploy/setup/build.sh"

probe=no
if [ "${1:-}" = --probe ]; then
    probe=yes
    shift
fi
usage() {
    echo "usage: deploy/publish.sh linux-x64|linux-arm64|portable FOLDER, or deploy/publish.sh --probe linux-x64|linux-arm64" >&2
    exit 2
}
case $probe,${1:-} in *,linux-x64 | *,linux-arm64 | no,portable) rid=$1 ;; *) usage ;; esac

# The runtime and the ahead-of-time compiler for that machine; both come from the package registry.
answer() {
    local folder=$root/artifacts/packages log=$root/artifacts/probe-$rid.log
    mkdir -p "$folder"
    if [ ! -e "$folder/$rid" ]; then
        if dotnet restore "$root/src/Contracts/Contracts.csproj" -r "$rid" -v quiet --nologo -p:ForRelease=true -p:ArtifactsPath="$root/artifacts/probe-$rid" \
            -p:SelfContained=true -p:PublishReadyToRun=true >"$log" 2>&1; then echo yes >"$folder/$rid"
        else echo "no: $(first_error "$log")" >"$folder/$rid"
        fi
        rm -rf "$root/artifacts/probe-$rid" "$log"
    fi
    cat "$folder/$rid"
}
if [ "$probe" = yes ]; then
    answer
    exit 0
fi
[ $# = 2 ] || usage
need_dotnet
if [ "$rid" != portable ] && [ "$(answer)" != yes ]; then
    # An answer of some time ago: the registry may have them by now.
    rm "$root/artifacts/packages/$rid"
    answer=$(answer)
    if [ "$answer" != yes ]; then
        echo "publish: nothing was built for $rid: ${answer#no: }" >&2
        echo "publish: its runtime and its compiler come from the package registry; deploy/publish.sh portable FOLDER needs neither, but .NET on the machine that runs it" >&2
        exit 1
    fi
fi
mkdir -p "$2"
out=$(cd "$2" && pwd)
mkdir -p "$root/artifacts"
probe_packages

cd "$root"
if ! grep -qx yes artifacts/packages/orleans artifacts/packages/torchsharp; then # with them the lock files are not looked at
    dotnet restore src/Client/Client.csproj --locked-mode -v quiet --nologo
fi
# Single file, not trimmed: EF Core and ASP.NET Core look types up by name.
if [ "$rid" = portable ]; then kind=(-p:UseAppHost=false -p:AheadCompiler=none) # not even the kernels' assembly for one processor
else kind=(-r "$rid" --self-contained -p:PublishSingleFile=true -p:PublishReadyToRun=true)
fi
# ArtifactsPath: beside the ordinary build and not over it.
dotnet publish src/Client/Client.csproj -c Release -v quiet --nologo -o "$out" "${kind[@]}" \
    -p:ForRelease=true -p:ArtifactsPath="$root/artifacts/publish-$rid" -p:PackageAnswers="$root/artifacts/packages/" -p:DebugType=embedded
rm -f "$out"/*.pdb "$out"/*.xml
ls -l "$out"/sweep* >&2
