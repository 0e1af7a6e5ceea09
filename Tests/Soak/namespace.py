"""A place of its own for a soak: a network and mounts that nobody else sees, and that go away with its processes."""
import contextlib
import os
import pathlib
import subprocess
import sys

INSIDE = "--inside"
# As root, and as anybody else where the system allows user namespaces.
WAYS = [["unshare", "-nm"], ["unshare", "-Urnm"]]
SERVER_ADDRESS = "10.99.0.1"


def enter():
    """Runs this program again inside such a place, if it is not there yet. False where the system allows none."""
    if INSIDE in sys.argv:
        sys.argv.remove(INSIDE)
        ip("link", "set", "lo", "up")
        # Ten thousand clients of one address, and those before them that are not forgotten yet.
        sysctl("net/ipv4/ip_local_port_range", "1024 65535")
        # An answer to a peer that has vanished is given up within a minute, not after sixteen. tcp(7).
        sysctl("net/ipv4/tcp_retries2", "5")
        return True
    for way in WAYS:
        with contextlib.suppress(OSError):
            if subprocess.run([*way, "true"], stderr=subprocess.DEVNULL).returncode == 0:
                os.execvp(way[0], [*way, sys.executable, *sys.argv, INSIDE])
    return False


def ip(*words):
    subprocess.run(["ip", *words], check=True)


def sysctl(name, value):
    pathlib.Path("/proc/sys", name).write_text(value)


def join(pid):
    """Lays a cable, veth(4), from this network to that of a process; the other end is called `eco1` there."""
    ip("link", "add", "eco0", "type", "veth", "peer", "name", "eco1", "netns", str(pid))
    ip("address", "add", f"{SERVER_ADDRESS}/16", "dev", "eco0")
    ip("link", "set", "eco0", "up")


def network_counters():
    """The counters of this network's TCP: netstat's TcpExt."""
    names, values = pathlib.Path("/proc/self/net/netstat").read_text().splitlines()[:2]
    return dict(zip(names.split()[1:], map(int, values.split()[1:])))
