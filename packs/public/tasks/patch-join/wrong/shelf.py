"""Where books stand."""
import posixpath


def place_of(shelf, name):
    path = posixpath.normpath(posixpath.join(shelf, name))
    if not path.startswith(shelf):
        raise ValueError("leads out of the shelf")
    return path
