# f935892b-8b3a-51e2-82ae-aa127ac4ef5a
import json
import os
import stat

HERE = os.path.dirname(os.path.abspath(__file__))


def answer():
    """What the agent left; nothing where that is no plain file with members."""
    try:
        opened = os.open("answer.json", os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return {}
    with os.fdopen(opened, encoding="utf-8", errors="replace") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            return {}
        try:
            found = json.loads(file.read(65536))
        except (ValueError, RecursionError):
            return {}
    return found if isinstance(found, dict) else {}


def is_right(found, expected):
    if isinstance(expected, dict):
        least, most = expected["from"], expected["to"]
        return type(found) is int and least <= found <= most
    if isinstance(expected, list):
        return isinstance(found, list) and len(found) < 1000 and sorted(
            map(str, found)
        ) == sorted(map(str, expected))
    if isinstance(expected, str):
        return isinstance(found, str) and found.strip().lower() == expected.lower()
    return type(found) is type(expected) and found == expected


with open(os.path.join(HERE, "expected.json"), encoding="utf-8") as file:
    EXPECTED = json.load(file)
GIVEN = answer()
RIGHT = sum(is_right(GIVEN.get(name), value) for name, value in EXPECTED.items())
print(round(RIGHT / len(EXPECTED), 3))
