#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What the programs know stands in their pages: every config key, command and option; the pages
are sound mdoc; links between documents lead somewhere."""

import os
import re
import subprocess
import sys

sys.dont_write_bytecode = True
import gate  # noqa: E402

SCHEMA = "daemon/config/schema.c"
COMMANDS = "ctl/cli/commands.c"
CONFIG_PAGE = "docs/man/lespoort.conf.5"
CONFIG_EXAMPLE = "conf/lespoort.conf"
CATALOGUE_EXAMPLE = "conf/catalogue.conf"
COMMAND_PAGE = "docs/man/lespoortctl.1"
PROGRAMS = {"daemon/app/lespoortd_main.c": "docs/man/lespoortd.8",
            "daemon/app/gate_main.c": "docs/man/lespoort-gate.8"}


def text_of(path):
    """Empty, with a complaint, when it does not exist; roff's escapes are taken away."""
    if not gate.exists(path):
        gate.complain(path, 1, "does not exist")
        return ""
    text = gate.read(path)
    return text.replace("\\", "") if path.startswith("docs/man/") else text


def table(path, name):
    """The text of the initialiser of that table."""
    match = re.search(rf"\b{name}\[\] = \{{(.*?)\n\}};", text_of(path), re.S)
    if not match:
        gate.complain(path, 1, f"no table {name}[]")
        return ""
    return match[1]


def config_keys(name):
    """Paths of keys, the macro for roles included."""
    text = table(SCHEMA, name)
    roles = re.findall(r'\bROLE\("(\w+)"', text)
    return (re.findall(r'^\s*\{"([\w.\[\]]+)",', text, re.M) +
            [f"roles.{role}{rest}" for role in roles for rest in ("", ".users", ".groups")])


def leaf(path):
    return path.split(".")[-1].replace("[]", "")


def check_keys(keys, page, example):
    page_text, example_text = text_of(page), text_of(example)
    if not keys:
        gate.complain(SCHEMA, 1, "no config key found")
    for key in keys:
        if page_text and not re.search(rf"^\..*\b{leaf(key)}\b", page_text, re.M):
            gate.complain(page, 1, f"does not describe the key '{key}'")
        if example_text and not re.search(rf"\b{leaf(key)}\s*=", example_text):
            gate.complain(example, 1, f"does not show the key '{key}'")


def check_option(page, text, name):
    if text and not re.search(rf"\bFl (-|Fl ){name}\b", text):
        gate.complain(page, 1, f"does not describe the option --{name}")


def check_commands():
    text, page = text_of(COMMANDS), text_of(COMMAND_PAGE)
    rows = re.findall(r'\.name = "([\w -]+)",\s*\.?(\w*)', text)
    if not rows:
        gate.complain(COMMANDS, 1, "no command found")
    for name, following in rows:
        if following != "summary":
            check_option(COMMAND_PAGE, page, name)
        elif page and not re.search(rf"^\..*\b(Cm|Ic) {name}\b", page, re.M):
            gate.complain(COMMAND_PAGE, 1, f"does not describe the command '{name}'")


def check_program(source, page):
    text = text_of(page)
    for name in re.findall(r'\{"([\w-]+)",', table(source, "options")):
        check_option(page, text, name)


def check_pages():
    pages = gate.files(".1", ".5", ".8", under="docs/man")
    result = subprocess.run(["mandoc", "-T", "lint", "-W", "warning", *pages], cwd=gate.root(),
                            capture_output=True, text=True, check=False)
    if pages and result.returncode:
        gate.complain("docs/man", 0, result.stdout.strip())


def check_links():
    for path in gate.files(".md"):
        for number, line in enumerate(gate.read(path).split("\n"), 1):
            for target in re.findall(r"\]\(([^)#\s]+)", line):
                if not re.match(r"\w+:", target) and \
                        not gate.exists(os.path.join(os.path.dirname(path), target)):
                    gate.complain(path, number, f"leads nowhere: {target}")


check_keys(config_keys("config_keys"), CONFIG_PAGE, CONFIG_EXAMPLE)
check_keys(config_keys("catalogue_keys"), CONFIG_PAGE, CATALOGUE_EXAMPLE)
check_commands()
for program, manual in PROGRAMS.items():
    check_program(program, manual)
check_pages()
check_links()
gate.finish("docs: every key, command and option is described")
