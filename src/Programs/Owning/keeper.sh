# The keeper of a silo's programs: a process that does nothing until its silo is gone, however that went, and then ends what the silo
# had started. Its input is a pipe that only the silo writes to, so that its end is the silo's end. What it reads are marks (hexadecimal
# digits, also the value of SWEEP_ATTEMPT in each program's environment and the name of its folder under $1) and process groups.
trap '' HUP INT QUIT TERM
folder=$1 grace=$2 held=
# No subshell: it would hold the pipe open, and a silo could not tell that its keeper was killed.
forget() {
    rest=
    for other in $held; do
        [ "${other%%:*}" = "$1" ] || rest="$rest$other "
    done
    held=$rest
}
while read -r word mark group; do
    [ "$word" = hold ] || forget "$mark"
    [ "$word" = drop ] || held="$held$mark:$group "
done
[ -n "$held" ] || exit 0

# Whoever left the group still has the mark in its environment.
marked() {
    for one in $held; do
        grep -lsaF "SWEEP_ATTEMPT=${one%%:*}" /proc/[0-9]*/environ
    done | sed 's,^/proc/\([0-9]*\)/.*,\1,'
}
groups() {
    for one in $held; do
        [ -z "${one#*:}" ] || echo "-${one#*:}"
    done
}
for process in $(groups) $(marked); do kill -s TERM -- "$process"; done 2>/dev/null
sleep "$grace"
for round in 1 2 3 4 5; do
    left="$(groups) $(marked)"
    for process in $left; do kill -s KILL -- "$process"; done 2>/dev/null
    [ -n "$(marked)" ] || break
done
for one in $held; do rm -rf -- "${folder:?}/${one%%:*}"; done
rmdir -- "$folder"
