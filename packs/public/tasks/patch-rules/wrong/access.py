"""Who may do what where."""
import posixpath


def may(rules, action, place):
    place = posixpath.normpath(place)
    answer = False
    for kind, wanted, above in rules:
        inside = place == above or place.startswith(above.rstrip("/") + "/")
        if wanted in ("*", action) and inside:
            answer = kind == "allow"
    return answer
