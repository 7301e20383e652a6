# 163dc79c-8eac-5301-ac25-bdef17e6ac31
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
import json, shelf
rows = []
for base, name in json.load(sys.stdin):
    try:
        rows.append(shelf.place_of(base, name))
    except ValueError:
        rows.append("ValueError")
print(json.dumps(rows))
"""
CASES = [
    ("keeps", "/srv/books", "a.txt", "/srv/books/a.txt"),
    ("keeps", "/srv/books", "sub/../b.txt", "/srv/books/b.txt"),
    ("keeps", "/srv/books", "..a/c", "/srv/books/..a/c"),
    ("keeps", "/srv/books", "/srv/books/d", "/srv/books/d"),
    ("keeps", "/", "etc/x", "/etc/x"),
    ("mends", "/srv/books", "../x", "ValueError"),
    ("mends", "/srv/books", "a/../../x", "ValueError"),
    ("mends", "/srv/books", "/etc/passwd", "ValueError"),
    ("mends", "/srv/books", "../books2/x", "ValueError"),
]
FOUND = tried(DRIVER, [[base, name] for _, base, name, _ in CASES]) or [None] * len(CASES)
print(reward([(kind, found, wanted) for (kind, _, _, wanted), found in zip(CASES, FOUND)]))
