# 2e530b9f-2649-5ee6-8e6a-cb7f319ade0f
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
import json, redact
print(json.dumps([redact.redacted(one) for one in json.load(sys.stdin)]))
"""
CASES = [
    ("keeps", "token=abc", "token=***"),
    ("keeps", "a password=p1 b", "a password=*** b"),
    ("keeps", "tokens=3", "tokens=3"),
    ("keeps", "mytoken=x", "mytoken=x"),
    ("keeps", "nothing here", "nothing here"),
    ("mends", "TOKEN=abc", "TOKEN=***"),
    ("mends", "Secret=s x", "Secret=*** x"),
    ("mends", 'password="two words" next', "password=*** next"),
    ("mends", 'secret="never ended', "secret=***"),
    ("mends", "token=a token=b secret=c", "token=*** token=*** secret=***"),
    ("mends", 'a Token="x y" password=z', "a Token=*** password=***"),
]
FOUND = tried(DRIVER, [line for _, line, _ in CASES]) or [None] * len(CASES)
print(reward([(kind, found, wanted) for (kind, _, wanted), found in zip(CASES, FOUND)]))
