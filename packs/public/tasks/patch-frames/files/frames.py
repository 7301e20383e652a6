"""Frames of a toy protocol."""


def frames(raw):
    found = []
    at = 0
    while at < len(raw):
        size = raw[at] * 256 + raw[at + 1]
        found.append(raw[at + 2 : at + size])
        at += size
    return found
