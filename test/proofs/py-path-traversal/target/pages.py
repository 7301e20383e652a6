"""Shows a page: its name stands in a file."""

import os
import sys

FOLDER = "pages"


def page(name):
    """The text of a page, or None where there is none."""
    path = os.path.join(FOLDER, name)
    if not os.path.isfile(path):
        return None
    with open(path, encoding="utf-8") as file:
        return file.read()


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        name = file.read().strip()
    text = page(name)
    print("no such page" if text is None else text)


if __name__ == "__main__":
    main()
