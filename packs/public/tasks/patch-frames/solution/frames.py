"""Frames of a toy protocol."""

FRAMES_MAX = 1000


def frames(raw):
    found = []
    at = 0
    while at < len(raw):
        if at + 2 > len(raw):
            raise ValueError("a byte is left over")
        size = raw[at] * 256 + raw[at + 1]
        if size < 2 or at + size > len(raw):
            raise ValueError("the length cannot be")
        if len(found) == FRAMES_MAX:
            raise ValueError("too many frames")
        found.append(raw[at + 2 : at + size])
        at += size
    return found
