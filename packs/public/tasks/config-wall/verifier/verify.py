# d3e7c3ae-b142-5ab1-8d25-ec16167f8909
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


def fits(rule, packet):
    kind, protocol, source, target, port = packet
    _, wanted, from_, to, at = rule
    inside = lambda net, one: net == "any" or ipaddress.ip_address(one) in ipaddress.ip_network(net)
    return (
        wanted in ("any", protocol)
        and inside(from_, source)
        and inside(to, target)
        and at in ("any", str(port))
    )


def passes(rules, packet):
    return next((rule[0] == "pass" for rule in rules if fits(rule, packet)), True)


WEB, STORE, NAMES = "10.9.0.5", "10.9.0.6", "10.9.0.2"
CASES = [
    (1, "tcp", "10.1.0.4", WEB, 443), (1, "tcp", "10.1.255.9", WEB, 443),
    (1, "tcp", "10.1.199.255", WEB, 443), (1, "tcp", "10.1.201.0", WEB, 443),
    (0, "tcp", "10.1.200.1", WEB, 443), (0, "tcp", "10.1.200.255", WEB, 443),
    (0, "tcp", "10.1.0.4", WEB, 80), (0, "udp", "10.1.0.4", WEB, 443),
    (0, "tcp", "10.2.0.4", WEB, 443), (0, "tcp", "10.1.0.4", STORE, 5432),
    (1, "tcp", WEB, STORE, 5432), (0, "tcp", WEB, STORE, 22), (0, "tcp", STORE, WEB, 5432),
    (0, "udp", WEB, STORE, 5432), (1, "udp", "10.1.200.1", NAMES, 53),
    (1, "udp", "192.0.2.77", NAMES, 53), (0, "tcp", "192.0.2.77", NAMES, 53),
    (0, "udp", "192.0.2.77", WEB, 53), (0, "tcp", "192.0.2.77", WEB, 443),
]
try:
    found = [line.split() for line in left("rules.txt").splitlines() if line.strip()]
    good = len(found) <= 50 and all(
        len(rule) == 5 and rule[0] in ("pass", "drop") for rule in found
    )
    results = [passes(found, case) == bool(case[0]) for case in CASES] if good else [False]
except ValueError:
    results = [False]
needed = sum(case[0] for case in CASES)
wrong = results.count(False)
print(0 if len(results) == 1 else round(max(0, 1 - wrong / needed), 3))
