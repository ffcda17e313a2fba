#!/usr/bin/env bash
# Builds the program for machines without .NET: one file each, for linux-x64 and linux-arm64.
#   deploy/publish.sh RID FOLDER     e.g. deploy/publish.sh linux-x64 artifacts/linux-x64
#   deploy/publish.sh --probe RID    whether what that needs restores here: yes, or no and why; asked once
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
case ${1:-} in linux-x64 | linux-arm64) rid=$1 ;; *) echo "usage: deploy/publish.sh [--probe] linux-x64|linux-arm64 FOLDER" >&2; exit 2 ;; esac

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
[ $# = 2 ] || { echo "usage: deploy/publish.sh $rid FOLDER" >&2; exit 2; }
mkdir -p "$2"
out=$(cd "$2" && pwd)
need_dotnet
mkdir -p "$root/artifacts"
probe_packages

cd "$root"
if ! grep -qx yes artifacts/packages/orleans artifacts/packages/torchsharp; then # with them the lock files are not looked at
    dotnet restore src/Client/Client.csproj --locked-mode -v quiet --nologo
fi
# ArtifactsPath: beside the ordinary build and not over it. Single file, not trimmed: EF Core and ASP.NET Core look types up by name.
dotnet publish src/Client/Client.csproj -c Release -r "$rid" --self-contained -v quiet --nologo -o "$out" \
    -p:ForRelease=true -p:ArtifactsPath="$root/artifacts/publish-$rid" -p:PackageAnswers="$root/artifacts/packages/" \
    -p:PublishSingleFile=true -p:PublishReadyToRun=true -p:DebugType=embedded
rm -f "$out"/*.pdb "$out"/*.xml
ls -l "$out/sweep" >&2
