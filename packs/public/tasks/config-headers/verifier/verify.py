# 32e0ec4e-b652-5efe-aa36-9cf26d080e41
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

lines = [line.partition(":") for line in left("server.conf").splitlines() if line.strip()]
headers = {}
for name, _, value in lines:
    headers.setdefault(name.strip().lower(), []).append(value.strip())
one = {name: values[0] for name, values in headers.items() if len(values) == 1}
policy = {}
for part in one.get("content-security-policy", "").split(";"):
    words = part.split()
    if words:
        policy.setdefault(words[0].lower(), words[1:])
secure = [part.strip().lower() for part in one.get("strict-transport-security", "").split(";")]
right = [
    policy.get("frame-ancestors") == ["'none'"],
    policy.get("default-src") == ["'self'"] and policy.get("script-src", ["'self'"]) == ["'self'"],
    one.get("x-content-type-options", "").lower() == "nosniff",
    "max-age=31536000" in secure and "includesubdomains" in secure,
    one.get("referrer-policy", "").lower() in ("no-referrer", "same-origin"),
    "server" not in headers and "x-powered-by" not in headers,
]
kept = one.get("content-language") == "en" and one.get("cache-control") == "no-store"
print(round(sum(right) / len(right), 3) if kept else 0)
