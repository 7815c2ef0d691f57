#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Nothing lies beside the build: each source, test, scenario, corpus and gate is in use."""

import os
import re
import sys

sys.dont_write_bytecode = True
import gate  # noqa: E402


def lists_of(folder):
    """The text of the CMakeLists of that folder and of the folders above it, without comments."""
    text = ""
    while True:
        path = os.path.join(folder, "CMakeLists.txt")
        if gate.exists(path):
            text += re.sub(r"#[^\n]*", "", gate.read(path)) + "\n"
        if not folder:
            return text
        folder = os.path.dirname(folder)


def mentions(text, word):
    return re.search(rf"(?<![\w.-]){re.escape(word)}(?![\w.-])", text)


def registers(folder, function, word):
    path = os.path.join(folder, "CMakeLists.txt")
    text = re.sub(r"#[^\n]*", "", gate.read(path)) if gate.exists(path) else ""
    return function + "(" in text and mentions(text, word)


def unit_test(path):
    match = re.fullmatch(r"tests/unit/(\w+)/test_(\w+)\.c", path)
    if not match:
        gate.complain(path, 1, "a unit test is tests/unit/<layer>/test_<module>.c")
    elif not registers(f"tests/unit/{match[1]}", "lespoort_unit", match[2]):
        gate.complain(path, 1, "not registered with lespoort_unit()")
    elif not mentions(gate.read("tests/CMakeLists.txt"), f"unit/{match[1]}"):
        gate.complain(path, 1, "its folder is not in tests/CMakeLists.txt")


def fuzz_target(path):
    name = re.fullmatch(r"tests/fuzz/fuzz_(\w+)\.c", path)[1]
    if not registers("tests/fuzz", "lespoort_fuzz", name):
        gate.complain(path, 1, "not registered with lespoort_fuzz()")
    corpus = os.path.join(gate.root(), f"tests/fuzz/{name}.in")
    if not os.path.isdir(corpus) or not os.listdir(corpus):
        gate.complain(path, 1, f"no corpus in tests/fuzz/{name}.in")


def config_golden(path):
    stem = path[:-len(".conf")]
    if re.match(r"good\b", os.path.basename(path)) and not gate.exists(stem + ".ok"):
        gate.complain(path, 1, "no .ok beside it")
    if re.match(r"bad\b", os.path.basename(path)) and not gate.exists(stem + ".err"):
        gate.complain(path, 1, "no .err beside it")


def globbed(folder, suffix):
    """Whether the folder's runner takes everything with that suffix by itself."""
    runners = [lists_of(folder)] + [gate.read(path) for path in gate.files(".sh", under=folder)]
    return any(f"*{suffix}" in text for text in runners)


for source in gate.files(".c", under="daemon") + gate.files(".c", under="ctl"):
    if not mentions(lists_of(os.path.dirname(source)), os.path.basename(source)):
        gate.complain(source, 1, "in no CMakeLists.txt")
for source in gate.files(".c", under="tests/unit"):
    if os.path.basename(source).startswith("test_"):
        unit_test(source)
for source in gate.files(".c", under="tests/fuzz"):
    if os.path.basename(source).startswith("fuzz_"):
        fuzz_target(source)
for source in gate.files(".scn", under="tests"):
    if not mentions(lists_of(os.path.dirname(source)), os.path.basename(source)) and \
            not globbed(os.path.dirname(source), ".scn"):
        gate.complain(source, 1, "not registered")
for source in gate.files(".conf", under="tests/config"):
    config_golden(source)
for source in gate.files(".py", ".sh", under="tests/lint"):
    if os.path.basename(source) not in ("gate.py",) and \
            not mentions(lists_of("tests/lint"), os.path.basename(source)):
        gate.complain(source, 1, "not in tests/lint/CMakeLists.txt")
for source in gate.files(".sh", under="tests/netns"):
    name = os.path.basename(source)
    if name != "lib.sh" and name != "programs.sh" and not re.match(r"\d\d-", name):
        gate.complain(source, 1, "tests/run.sh runs NN-name.sh only")
gate.finish("registered: nothing lies beside the build")
