"""Counts what is in a cart that a shop handed over."""

import io
import pickle
import sys


def read_cart(data):
    """The things in a cart, a list of texts."""
    return pickle.load(io.BytesIO(data))


def main():
    try:
        things = read_cart(sys.stdin.buffer.read())
    except Exception as error:
        print("this is no cart:", type(error).__name__)
        sys.exit(1)
    print("things:", len(things))


if __name__ == "__main__":
    main()
