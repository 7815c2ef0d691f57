#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Functions, files, nesting and parameter lists stay small; macros hide no jump."""

import os
import re
import statistics
import subprocess
import sys

sys.dont_write_bytecode = True
import gate  # noqa: E402

FUNCTION_MAX = 80
FUNCTION_LONG = 60  # listed, not refused
FILE_MAX = 500
NESTING_MAX = 3
PARAMETERS_MAX = 6

# The format gate makes indentation tell the truth: one step is four columns.
CONTROL = re.compile(r"( +)(if|for|while|switch|do)\b")


def parameters(signature):
    depth = commas = 0
    for char in signature:
        depth += (char == "(") - (char == ")")
        commas += char == "," and depth == 1
    return 0 if signature.strip("() ") in ("", "void") else commas + 1


def check_function(path, name, start, end, signature, lines):
    length = end - start + 1
    if length > FUNCTION_MAX:
        gate.complain(path, start, f"{name}() has {length} lines, at most {FUNCTION_MAX}")
    if parameters(signature) > PARAMETERS_MAX:
        gate.complain(path, start, f"{name}() takes {parameters(signature)} parameters, "
                                   f"at most {PARAMETERS_MAX}")
    for number in range(start, end):
        control = CONTROL.match(lines[number])
        if control and len(control[1]) // 4 > NESTING_MAX:
            gate.complain(path, number + 1, f"{name}() nests deeper than {NESTING_MAX}")
    return length


def check_macros(path, text):
    for macro in re.finditer(r"^[ \t]*#[ \t]*define\b(?:[^\n]*\\\n)*[^\n]*", text, re.M):
        if re.search(r"\b(return|goto)\b", macro[0]):
            gate.complain(path, text.count("\n", 0, macro.start()) + 1, "a macro hides a jump")


def functions(paths):
    output = subprocess.run(
        ["ctags", "-x", "--languages=C", "--kinds-C=f", "--langmap=C:.c.h",
         "--_xformat=%F\t%N\t%n\t%e\t%S", "-L", "-"],
        input="\n".join(paths), capture_output=True, text=True, check=True, cwd=gate.root())
    for line in output.stdout.splitlines():
        path, name, start, end, signature = line.split("\t")
        yield path, name, int(start), int(end), signature


sources = gate.files(".c", ".h")
texts = {path: gate.read(path) for path in sources}
for source, text in texts.items():
    count = text.count("\n")
    if count > FILE_MAX:
        gate.complain(source, count, f"{count} lines, at most {FILE_MAX}")
    check_macros(source, text)

lengths = {}
for source, name, start, end, signature in functions(sources):
    lengths[source, name] = check_function(source, name, start, end, signature,
                                           texts[source].split("\n"))
if any(path.endswith(".c") for path in sources) and not lengths:
    gate.complain(os.curdir, 0, "ctags found no function")
for (source, name), length in sorted(lengths.items(), key=lambda item: -item[1]):
    if length > FUNCTION_LONG:
        print(f"note: {source}: {name}() has {length} lines")
median = statistics.median(lengths.values()) if lengths else 0
gate.finish(f"size: {len(sources)} files, {len(lengths)} functions, median {median:.0f} lines, "
            f"longest {max(lengths.values(), default=0)}")
