# SPDX-License-Identifier: GPL-2.0-or-later
"""What the gates share: the files of the tree, and complaints that fail the run."""

import os
import sys

SKIPPED = {".git", "build", "__pycache__"}
found = []


def root():
    default = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
    return os.path.normpath(sys.argv[1] if len(sys.argv) > 1 else default)


def files(*suffixes, under=""):
    """Paths relative to the root, sorted; suffixes as in str.endswith."""
    result = []
    for folder, folders, names in os.walk(os.path.join(root(), under)):
        folders[:] = [name for name in folders if name not in SKIPPED]
        result += [os.path.relpath(os.path.join(folder, name), root())
                   for name in names if name.endswith(suffixes)]
    return sorted(result)


def read(path):
    try:
        with open(os.path.join(root(), path), encoding="utf-8") as file:
            return file.read()
    except UnicodeDecodeError:
        complain(path, 1, "not UTF-8")
        return ""


def exists(path):
    return os.path.exists(os.path.join(root(), path))


def complain(path, line, text):
    found.append(f"{path}:{line}: {text}")


def finish(summary):
    """Prints what is wrong, or the summary, and ends the program."""
    print("\n".join(found) if found else summary)
    sys.exit(1 if found else 0)
