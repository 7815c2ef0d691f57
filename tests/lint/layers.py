#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A layer includes only itself and layers below it, and only some may meet the outside world."""

import os
import re
import sys

sys.dont_write_bytecode = True
import gate  # noqa: E402

LEVEL = {"base": 0, "wire": 1, "names": 1, "school": 1, "proto": 1, "flow": 2, "lists": 2,
         "engine": 3, "config": 3, "store": 3, "net": 4, "control": 4, "app": 5}
# Beyond "a lower level".
ALSO = {"school": {"names"}}
# Where the level alone would allow too much.
ONLY = {"lists": {"base", "names"}, "cli": {"base", "proto", "names", "school"},
        "sync": {"base", "proto", "names", "school"}, "page": {"base", "proto", "names", "school"}}

PURE = {"wire", "names", "school", "flow", "engine"}
# System header -> the layers that may see it.
OUTSIDE = [
    (r"event2/", {"control", "app"}),
    (r"(lib)?(mnl|netfilter|nfnetlink|nftables)|linux/(netfilter|netlink|rtnetlink)", {"net"}),
    (r"libconfig", {"config"}),
    (r"zlib", {"lists"}),
    (r"xxhash", {"names", "lists"}),
    (r"jansson", {"proto", "control", "app", "cli", "sync", "page"}),
    (r"sqlite3", {"store"}),
    (r"openssl/", {"wire", "control"}),
    (r"sys/socket\.h", {"base", "net", "control", "app", "cli", "sync", "page"}),
    (r"syslog\.h", {"base"}),
]
IMPURE_CALL = re.compile(
    r"\b(time|gettimeofday|clock_gettime|printf|fprintf|syslog|log_\w+|getenv|open|socket)\s*\(")
ALLOCATES = re.compile(r"\b(malloc|calloc|realloc|strdup|free)\s*\(")
COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*|\"(?:\\.|[^\"\\\n])*\"", re.S)


def layer_of(path):
    parts = path.split("/")
    if parts[0] in ("daemon", "ctl") and len(parts) > 2:
        return parts[1]
    if parts[:2] == ["tests", "unit"] and len(parts) > 3:
        return parts[2]
    return None


def may_include(layer, other):
    if layer == other:
        return True
    if layer in ONLY:
        return other in ONLY[layer]
    return LEVEL[other] < LEVEL[layer] or other in ALSO.get(layer, ())


def check_include(path, number, line, layer):
    own = re.match(r'\s*#\s*include\s+"([^"]+)"', line)
    system = re.match(r"\s*#\s*include\s+<([^>]+)>", line)
    if own:
        other = own[1].split("/")[0]
        if path.startswith("tests/") and gate.exists(os.path.join(os.path.dirname(path), own[1])):
            return
        if "/" not in own[1] or ".." in own[1]:
            gate.complain(path, number, f'include as "layer/module.h", not "{own[1]}"')
        elif other in ("support", "unit") and path.startswith("tests/"):
            return
        elif other not in LEVEL and other not in ONLY:
            gate.complain(path, number, f"unknown layer '{other}'")
        elif not may_include(layer, other):
            gate.complain(path, number, f"{layer} may not include {other}")
    elif system:
        for pattern, layers in OUTSIDE:
            if re.match(pattern, system[1]) and layer not in layers:
                gate.complain(path, number, f"{layer} may not include <{system[1]}>")


def blank(match):
    return re.sub(r"[^\n]", " ", match[0])


def check(path, layer):
    text = gate.read(path)
    in_tests = path.startswith("tests/")
    for number, line in enumerate(text.split("\n"), 1):
        if line.lstrip().startswith("#") and not (in_tests and "<" in line):
            check_include(path, number, line, layer)
    if layer not in PURE or in_tests:
        return
    for number, line in enumerate(COMMENT.sub(blank, text).split("\n"), 1):
        call = IMPURE_CALL.search(line) or (layer == "wire" and ALLOCATES.search(line))
        if call:
            gate.complain(path, number, f"{layer} is pure: no {call[1]}()")


checked = 0
for source in gate.files(".c", ".h"):
    where = layer_of(source)
    if where is None:
        continue
    if where not in LEVEL and where not in ONLY:
        gate.complain(source, 1, f"folder '{where}' is no layer")
        continue
    check(source, where)
    checked += 1
gate.finish(f"layers: {checked} files keep the order")
