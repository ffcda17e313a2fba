# within_unit.py UNIT WORDS...: runs WORDS under the user, capabilities, umask, system calls and address families that a unit of systemd
# allows, where systemd itself does not run. The unit's mounts are the caller's. Needs root, systemd-analyze and python3-seccomp.
import ctypes, errno, os, re, subprocess, sys
import seccomp

unit = [line.split('=', 1) for line in open(sys.argv[1]).read().splitlines() if '=' in line and not line.startswith('#')]
values = lambda name: [value for key, value in unit if key == name]

groups, group = {}, None
for line in subprocess.run(['systemd-analyze', 'syscall-filter'], capture_output=True, text=True, check=True).stdout.splitlines():
    line = re.sub('\x1b\\[[0-9;]*m', '', line)
    if line.startswith('@'):
        group = groups.setdefault(line.strip(), [])
    elif line.startswith(' ') and not line.strip().startswith('#'):
        group.append(line.strip())

def calls(word):
    return set().union(*map(calls, groups[word])) if word.startswith('@') else {word}

# systemd.exec(5): the first line decides that this is a list of what is allowed; later ones add, and with ~ take away.
allowed = calls('@default')
for line in values('SystemCallFilter'):
    named = set().union(*map(calls, line.lstrip('~').split()))
    allowed = allowed - named if line.startswith('~') else allowed | named
assert 'read' in allowed and 'reboot' not in allowed, 'the filter allows what nobody needs, or not what all need'

rules = seccomp.SyscallFilter(seccomp.ERRNO(errno.EPERM))
for call in sorted(allowed - {'socket'}) + ['execve']:
    try:
        rules.add_rule(seccomp.ALLOW, call)
    except RuntimeError:
        pass  # a name of another architecture, or of a newer kernel
families = {'AF_UNIX': 1, 'AF_INET': 2, 'AF_INET6': 10}
for family in values('RestrictAddressFamilies')[0].split():
    rules.add_rule(seccomp.ALLOW, 'socket', seccomp.Arg(0, seccomp.EQ, families[family]))

libc = ctypes.CDLL(None)
assert values('CapabilityBoundingSet') == [''] and values('NoNewPrivileges') == ['yes'] and values('DynamicUser') == ['yes']
for capability in range(64):
    libc.prctl(24, capability, 0, 0, 0)  # PR_CAPBSET_DROP
os.setgroups([])
os.setresgid(61234, 61234, 61234)
os.setresuid(61234, 61234, 61234)
os.umask(int(values('UMask')[0], 8))
libc.prctl(38, 1, 0, 0, 0)  # PR_SET_NO_NEW_PRIVS
rules.load()
os.execvpe(sys.argv[2], sys.argv[2:], os.environ)
