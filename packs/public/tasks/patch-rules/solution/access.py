"""Who may do what where."""


def parts_of(place):
    """The folders of a place; None where it leads above the root."""
    parts = []
    for part in place.split("/"):
        if part in ("", "."):
            continue
        if part == "..":
            if not parts:
                return None
            parts.pop()
        else:
            parts.append(part)
    return parts


def may(rules, action, place):
    wanted = parts_of(place)
    if wanted is None:
        return False
    best = -1
    answer = False
    for kind, one, above in rules:
        covers = parts_of(above)
        if covers is None or one not in ("*", action) or wanted[: len(covers)] != covers:
            continue
        if len(covers) > best:
            best, answer = len(covers), kind == "allow"
        elif len(covers) == best and kind == "deny":
            answer = False
    return answer
