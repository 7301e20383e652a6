"""Where books stand."""
import posixpath


def place_of(shelf, name):
    return posixpath.normpath(posixpath.join(shelf, name))
