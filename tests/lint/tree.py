#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The top level is fixed, each source says its licence, scripts can be run, text is tidy."""

import os
import re
import sys

sys.dont_write_bytecode = True
import gate  # noqa: E402

TOP = {"CMakeLists.txt", "README.md", "LICENSE", "daemon", "ctl", "conf", "systemd", "tests",
       "docs", "packaging"}
SPDX = "SPDX-License-Identifier: GPL-2.0-or-later"
LICENSED = (".c", ".h", ".sh", ".py", ".cmake", "CMakeLists.txt")
TEXT = LICENSED + (".conf", ".conf.in", ".md", ".scn", ".1", ".5", ".8")
# Words of work that is not finished; a mark in the code is a debt nobody finds again.
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
# Golden inputs are what they are.
FOREIGN = ("tests/config/", "tests/vectors/", "tests/fuzz/", "tests/ctl/")


def check_top():
    for name in sorted(os.listdir(gate.root())):
        if name not in TOP and not name.startswith(".") and name != "build":
            gate.complain(name, 1, "not a name of the top level")


def check_licence(path, text):
    head = "\n".join(text.split("\n")[:2 if text.startswith("#!") else 1])
    if path.endswith((".c", ".h")) and head != f"/* {SPDX} */":
        gate.complain(path, 1, f"does not start with /* {SPDX} */")
    elif SPDX not in head:
        gate.complain(path, 1, f"does not start with {SPDX}")


def check_text(path, text):
    if not text.endswith("\n") or text.endswith("\n\n"):
        gate.complain(path, text.count("\n"), "one newline at the end, please")
    for number, line in enumerate(text.split("\n"), 1):
        if line != line.rstrip():
            gate.complain(path, number, "blanks at the end of the line")
        if "\r" in line or ("\t" in line and not path.endswith((".1", ".5", ".8"))):
            gate.complain(path, number, "tab or carriage return")
        if UNFINISHED.search(line) and not path.startswith("tests/lint/"):
            gate.complain(path, number, "unfinished work")


check_top()
sources = [path for path in gate.files(*TEXT) if not path.startswith(FOREIGN) or
           path.endswith((".c", ".h", "CMakeLists.txt"))]
for source in sources:
    content = gate.read(source)
    if source.endswith(LICENSED):
        check_licence(source, content)
    check_text(source, content)
    runnable = content.startswith("#!")
    if runnable != os.access(os.path.join(gate.root(), source), os.X_OK):
        gate.complain(source, 1, "has '#!' or may be executed, but not both")
gate.finish(f"tree: {len(sources)} files are in order")
