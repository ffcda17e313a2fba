#!/usr/bin/env bash
# Half an hour of sweeps with random kills: tests/soak/run.sh [MINUTES] [SEED]. README.md beside this file says what must hold.
# SOAK_WITHIN: words before each process, e.g. "nice -n 15 taskset -c 0". SWEEP: the program, by default ./sweep.
set -euo pipefail
here=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
root=$(cd "$here/../.." && pwd)
minutes=${1:-30} seed=${2:-1}
sweep=${SWEEP:-$root/sweep}
read -ra within <<<"${SOAK_WITHIN:-}"
RANDOM=$seed
folder=$(mktemp -d)
samples=$folder/samples.csv
declare -A pids=()

finish() {
    local name
    for name in "${!pids[@]}"; do kill -TERM "${pids[$name]}" 2>/dev/null || true; done
    wait 2>/dev/null || true
    stop_server "$folder"
    rm -rf "$folder"
}
# shellcheck source=tests/soak/server.sh
. "$here/server.sh"
trap finish EXIT
start_server "$folder"
export SWEEP_STORE="postgresql://soak@/soak?host=$folder/server"

start() { # NAME WORDS...
    local name=$1
    shift
    "${within[@]}" "$sweep" "$@" >>"$folder/$name.out" 2>>"$folder/$name.err" &
    pids[$name]=$!
}
ask() { "$sweep" query --format csv "$1" | tail -n +2; }
# Of the program itself: what stands before it (nice, a shell) may be its parent.
memory() { awk '/^VmRSS/ { print $2 }' "/proc/$1/status" 2>/dev/null || echo 0; }

"$sweep" db migrate >/dev/null 2>&1
start steady silo --slots 1 --lease 6 --checkpoint 1
start victim silo --slots 1 --lease 6 --checkpoint 1
start service reports --urls http://127.0.0.1:0
echo 'seconds,steady_kb,victim_kb,service_kb,connections,waiting,completed,kills,load' >"$samples"

began=$SECONDS kills=0 launched=0 next_kill=20 next_sample=0
while [ $((SECONDS - began)) -lt $((minutes * 60)) ]; do
    now=$((SECONDS - began))
    # Never idle: the next sweep comes before the last one is done.
    read -r waiting completed connections < <(ask "select count(*) filter (where state = 'Pending') || ' ' || count(*) filter (where state = 'Completed') || ' ' || (select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()) from trials")
    if [ "$waiting" -lt 8 ]; then
        "$sweep" launch "$here/soak.yaml" >/dev/null 2>&1
        launched=$((launched + 1))
    fi
    if [ "$now" -ge "$next_kill" ]; then
        kill -KILL "${pids[victim]}" 2>/dev/null || true
        wait "${pids[victim]}" 2>/dev/null || true
        kills=$((kills + 1))
        start victim silo --slots 1 --lease 6 --checkpoint 1
        next_kill=$((now + 5 + RANDOM % 40))
    fi
    if [ "$now" -ge "$next_sample" ]; then
        address=$(head -n 1 "$folder/service.out" 2>/dev/null || true)
        [ -z "$address" ] || curl -fsS -o /dev/null "$address/" || echo "soak: the service did not answer at $now s" >&2
        echo "$now,$(memory "${pids[steady]}"),$(memory "${pids[victim]}"),$(memory "${pids[service]}"),$connections,$waiting,$completed,$kills,$(cut -d' ' -f1 /proc/loadavg)" >>"$samples"
        next_sample=$((now + 10))
    fi
    sleep 2
done

# What is left is finished without kills.
while [ "$(ask "select count(*) from trials where state in ('Pending', 'Running')")" != 0 ]; do sleep 2; done
trials=$(ask 'select count(*) from trials')
failures=0
must() { # WHAT SQL EXPECTED
    local found
    found=$(ask "$2")
    if [ "$found" != "$3" ]; then echo "soak: $1: expected $3, found $found" >&2; failures=$((failures + 1)); fi
}
must 'every trial completed' "select count(*) from trials where state = 'Completed'" "$trials"
must 'each once' "select count(*) from attempts where outcome = 'Completed'" "$trials"
must 'equal trials have equal bits' 'select max(n) from (select count(distinct theta_sha256) n from trials group by ordinal, replicate) x' 1
must 'no epoch is missing or double' "select count(*) from (select trial from losses group by trial having count(*) <> 400 or count(distinct epoch) <> 400) x" 0
must 'sweeps are closed or about to be' "select count(*) from sweeps where state not in ('Completed')" 0
expired=$(ask "select count(*) from attempts where outcome = 'Expired'")

if ! summary=$(awk -F, -v minutes="$minutes" -f "$here/flat.awk" "$samples"); then failures=$((failures + 1)); fi
{
    echo "# What the soak found"
    echo
    echo "$minutes minutes, seed $seed: $launched sweeps, $trials trials, each completed once, equal trials with equal bits; $kills silos killed (SIGKILL),"
    echo "$expired attempts expired and were taken over. Load of the machine: $(awk -F, 'NR > 1 { sum += $9; n++ } END { printf "%.1f", sum / n }' "$samples") on average, $(nproc) cores,"
    echo "$(awk -F: '/^model name/ { print substr($2, 2); exit }' /proc/cpuinfo), PostgreSQL $(ask "select current_setting('server_version')"). Processes ran under: ${SOAK_WITHIN:-nothing else}."
    echo
    echo "$summary"
} >"$folder/results.md"
cat "$folder/results.md" >&2
if [ "$failures" = 0 ]; then cp "$samples" "$here/samples.csv" && cp "$folder/results.md" "$here/results.md"; fi
[ "$failures" = 0 ]
