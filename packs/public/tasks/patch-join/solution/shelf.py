"""Where books stand."""
import posixpath


def place_of(shelf, name):
    path = posixpath.normpath(posixpath.join(shelf, name))
    if path != shelf and not path.startswith(shelf.rstrip("/") + "/"):
        raise ValueError("leads out of the shelf")
    return path
