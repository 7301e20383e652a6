# 4b5e1f71-3139-5f8b-b43e-372dde0937f4
import json
import os
import stat


def left(name):
    """The text of a file that the agent left; nothing where it is no plain file."""
    try:
        opened = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return ""
    with os.fdopen(opened, encoding="utf-8", errors="replace") as file:
        return file.read(65536) if stat.S_ISREG(os.fstat(file.fileno()).st_mode) else ""

import ipaddress

WANTED = """192.0.2.4 192.0.2.5 192.0.2.7 192.0.2.32 192.0.2.40 192.0.2.63 198.51.100.130
198.51.100.140 203.0.113.200 203.0.113.16 203.0.113.30""".split()
REFUSED = """192.0.2.8 192.0.2.64 192.0.2.31 198.51.100.127 198.51.100.144 192.0.2.3
203.0.113.201 203.0.113.32 203.0.113.15""".split()
NETWORKS_MAX, ADDRESSES_MAX = 5, 100


def is_right(lines):
    nets = [ipaddress.IPv4Network(line.strip()) for line in lines]
    inside = lambda one: any(ipaddress.IPv4Address(one) in net for net in nets)
    return (
        len(nets) <= NETWORKS_MAX
        and sum(net.num_addresses for net in nets) <= ADDRESSES_MAX
        and all(inside(one) for one in WANTED)
        and not any(inside(one) for one in REFUSED)
    )


try:
    print(1 if is_right([line for line in left("egress.txt").splitlines() if line.strip()]) else 0)
except ValueError:
    print(0)
