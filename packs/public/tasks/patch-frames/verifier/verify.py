# 64f1fe30-7091-50ab-8d14-0b58bf6733fd
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
import json, frames
rows = []
for text in json.load(sys.stdin):
    try:
        rows.append([bytes(one).hex() for one in frames.frames(bytes.fromhex(text))])
    except ValueError:
        rows.append("ValueError")
print(json.dumps(rows))
"""
CASES = [
    ("keeps", "", []),
    ("keeps", "0002", [""]),
    ("keeps", "00036100046263", ["61", "6263"]),
    ("keeps", "0002" * 1000, [""] * 1000),
    ("mends", "0000", "ValueError"),
    ("mends", "0001", "ValueError"),
    ("mends", "000361000561", "ValueError"),
    ("mends", "00036100", "ValueError"),
    ("mends", "0002" * 1001, "ValueError"),
    ("mends", "0003610001", "ValueError"),
]
ROWS = []
for KIND, TEXT, WANTED in CASES:
    FOUND = tried(DRIVER, [TEXT])
    ROWS.append((KIND, None if FOUND is None else FOUND[0], WANTED))
print(reward(ROWS))
