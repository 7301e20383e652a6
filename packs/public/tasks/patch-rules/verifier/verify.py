# a32e44da-3e7d-5f59-840b-a720c6b198f0
import ctypes
import json
import os
import subprocess
import sys

# Whatever is tried out below may not write into the output of this program (prctl(2), dumpable).
ctypes.CDLL(None).prctl(4, 0, 0, 0, 0)
# An endless loop of the patched program ends as a failure of it, not of this one.
BOUNDS = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (48 << 20, 48 << 20))
sys.path.insert(0, ".")
"""

def tried(driver, given):
    """What the patched program answers, as JSON; None where it fails, hangs or says no JSON."""
    try:
        done = subprocess.run(
            [sys.executable, "-S", "-c", BOUNDS + driver],
            input=json.dumps(given), capture_output=True, text=True, timeout=4,
        )
        return json.loads(done.stdout) if done.returncode == 0 else None
    except (subprocess.TimeoutExpired, ValueError):
        return None


def reward(rows):
    """Nothing where it no longer does what it did; else how much of the flaw is gone."""
    kept = [found == wanted for kind, found, wanted in rows if kind == "keeps"]
    mended = [found == wanted for kind, found, wanted in rows if kind == "mends"]
    return round(sum(mended) / len(mended), 3) if all(kept) else 0


DRIVER = """
import json, access
print(json.dumps([bool(access.may([tuple(one) for one in rules], action, place))
                  for rules, action, place in json.load(sys.stdin)]))
"""
ALLOW_A = [["allow", "read", "/a"]]
NESTED = [["deny", "*", "/a/b"], ["allow", "read", "/a"]]
TIED = [["deny", "read", "/a"], ["allow", "*", "/a"]]
CASES = [
    ("keeps", [], "read", "/a", False),
    ("keeps", ALLOW_A, "read", "/a", True),
    ("keeps", ALLOW_A, "read", "/a/x", True),
    ("keeps", ALLOW_A, "write", "/a", False),
    ("keeps", [["allow", "*", "/"]], "read", "/x/y", True),
    ("keeps", [["allow", "*", "/"], ["deny", "*", "/x"]], "read", "/x/y", False),
    ("mends", ALLOW_A, "read", "/ab", False),
    ("mends", ALLOW_A, "read", "/a/../b", False),
    ("mends", ALLOW_A, "read", "//a/./x/", True),
    ("keeps", ALLOW_A, "read", "/../a", False),
    ("mends", ALLOW_A, "read", "/a/../../a", False),
    ("mends", NESTED, "read", "/a/b", False),
    ("mends", NESTED, "read", "/a//b/c", False),
    ("keeps", NESTED, "read", "/a/bc", True),
    ("mends", TIED, "read", "/a", False),
    ("mends", [["deny", "*", "/a/"], ["allow", "*", "/"]], "read", "/a", False),
]
FOUND = tried(DRIVER, [[one[1], one[2], one[3]] for one in CASES]) or [None] * len(CASES)
print(reward([(one[0], found, one[4]) for one, found in zip(CASES, FOUND)]))
