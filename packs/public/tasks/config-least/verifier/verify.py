# f7570859-a050-5f64-b337-4ddf519bc813
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

LOG = """
backup read mail/ada
backup read mail/ben
backup read mail/cem
backup write vault/monday
backup write vault/tuesday
!backup erase vault/monday
clerk read mail/ada
clerk write mail/ada
!clerk read mail-keys/ada
clerk read forms/a
clerk read forms/b
clerk read forms/c
!clerk write forms/a
sweep erase trash/1
sweep erase trash/2
sweep list trash/
!sweep erase trash-kept/1
!backup read vault-keys/1
"""


def covers(permission, action, thing):
    wanted, pattern = permission
    if wanted != action:
        return False
    return thing.startswith(pattern[:-1]) if pattern.endswith("*") else thing == pattern


def is_right(roles):
    rows = [line.split() for line in LOG.split("\n") if line]
    did = [row for row in rows if not row[0].startswith("!")]
    refused = [row for row in rows if row[0].startswith("!")]
    every = [one for permissions in roles.values() for one in permissions]
    return (
        set(roles) == {job for job, _, _ in did}
        and all(len(permissions) <= 4 for permissions in roles.values())
        and all(any(covers(one, action, thing) for one in roles[job]) for job, action, thing in did)
        and all(
            any(covers(one, action, thing) for name, action, thing in did if name == job)
            for job, permissions in roles.items()
            for one in permissions
        )
        and not any(covers(one, action, thing) for one in every for _, action, thing in refused)
    )


def parsed():
    try:
        found = json.loads(left("roles.json"))
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict):
        return None
    for permissions in found.values():
        if not isinstance(permissions, list):
            return None
        for one in permissions:
            if not isinstance(one, list) or len(one) != 2:
                return None
            if not all(isinstance(word, str) for word in one):
                return None
    return found


ROLES = parsed()
print(1 if ROLES is not None and is_right(ROLES) else 0)
