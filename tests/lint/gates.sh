#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A gate that cannot fail is none: each is shown a small tree that is in order, then the same
# tree with one offence.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
tree=$scratch/tree
licence='SPDX-License-Identifier: GPL-2.0-or-later'
status=0 count=0

put() { # put PATH: the file's text is on standard input
    mkdir -p "$tree/$(dirname "$1")"
    cat >"$tree/$1"
}
c_file() { { echo "/* $licence */"; cat; } | put "$1"; }

in_order() {
    rm -rf "$tree"
    mkdir "$tree"
    cp "$here/../../.clang-format" "$tree/"
    c_file daemon/wire/dns.h <<<'#ifndef LESPOORT_WIRE_DNS_H
#define LESPOORT_WIRE_DNS_H

int dns(int a);

#endif'
    c_file daemon/wire/dns.c <<<'#include "wire/dns.h"

int dns(int a)
{
    return a;
}'
    c_file tests/unit/wire/test_dns.c <<<'#include "wire/dns.h"'
    c_file tests/fuzz/fuzz_dns.c <<<'#include "wire/dns.h"'
    put tests/fuzz/dns.in/one <<<x
    put CMakeLists.txt <<<"# $licence"
    put daemon/wire/CMakeLists.txt <<<"# $licence
lespoort_layer(wire SOURCES dns.c)"
    put tests/CMakeLists.txt <<<"# $licence
add_subdirectory(unit/wire)"
    put tests/unit/wire/CMakeLists.txt <<<"# $licence
lespoort_unit(wire dns)"
    put tests/fuzz/CMakeLists.txt <<<"# $licence
lespoort_fuzz(wire dns)"
    put tests/run.sh <<<"#!/bin/sh
# $licence
exit 0"
    chmod +x "$tree/tests/run.sh"
    docs_in_order
}

docs_in_order() {
    put daemon/config/schema.c <<<"/* $licence */
const struct config_key config_keys[] = {
    {\"school\", \"text\", NULL, \"help\"},
    ROLE(\"teacher\", ROLE_TEACHER, \"\", \"help\"),
};
const struct config_key catalogue_keys[] = {
    {\"services\", \"list\", NULL, \"help\"},
};"
    put daemon/config/CMakeLists.txt <<<"# $licence
schema.c"
    put ctl/cli/commands.c <<<"/* $licence */
const struct command commands[] = {
    {.name = \"status\",
     .summary = \"help\",
     .options = {{.name = \"on-behalf-of\", .help = \"help\"}}},
};"
    clang-format -i "$tree/ctl/cli/commands.c"
    put ctl/cli/CMakeLists.txt <<<"# $licence
commands.c"
    put daemon/app/CMakeLists.txt <<<"# $licence
lespoortd_main.c gate_main.c"
    for program in lespoortd gate; do
        put "daemon/app/${program}_main.c" <<<"/* $licence */
static const struct app_option options[] = {
    {\"config\", \"FILE\", \"help\"},
};"
    done
    put conf/lespoort.conf <<<"# $licence
school = \"x\"; roles = { teacher = { users = (); groups = (); }; };"
    put conf/catalogue.conf <<<"# $licence
services = ();"
    page lespoort.conf.5 'school roles teacher users groups services'
    page lespoortctl.1 status on-behalf-of
    page lespoortd.8 run config
    page lespoort-gate.8 run config
    put README.md <<<'[the tool](docs/man/lespoortctl.1)'
}

page() { # page FILE WORDS [OPTION]
    local title=${1%.*} words=$2
    {
        printf '.\\" %s\n.Dd November 20, 2026\n.Dt %s %s\n.Os\n.Sh NAME\n.Nm x\n.Nd y\n' \
            "$licence" "${title^^}" "${1##*.}"
        printf '.Sh DESCRIPTION\n'
        for word in $words; do printf '.Ic %s\n' "$word"; done
        [ $# -lt 3 ] || printf '.Fl Fl %s\n' "$3"
    } | put "docs/man/$1"
}

# refuses GATE WHAT: after a change of the tree made by the commands on standard input.
refuses() {
    local gate=$1 what=$2 output
    in_order
    if ! output=$("$here/$gate" "$tree" 2>&1); then
        echo "not ok: $gate refuses a tree that is in order: $output"
        status=1
    fi
    # shellcheck disable=SC1091
    source /dev/stdin
    if output=$("$here/$gate" "$tree" 2>&1); then
        echo "not ok: $gate accepts $what"
        status=1
    fi
    count=$((count + 1))
}

lines() { for ((i = 0; i < $1; i++)); do echo "    (void)a;"; done; }

refuses layers.py 'an upward include' <<'BREAK'
c_file daemon/wire/dns.c <<<'#include "engine/engine.h"'
BREAK
refuses layers.py 'a system header of another layer' <<'BREAK'
c_file daemon/wire/dns.c <<<'#include <event2/event.h>'
BREAK
refuses layers.py 'a clock in a pure layer' <<'BREAK'
c_file daemon/wire/dns.c <<<'long now(void) { return time(0); }'
BREAK
refuses layers.py 'an allocation in a parser' <<'BREAK'
c_file daemon/wire/dns.c <<<'void *more(void) { return malloc(1); }'
BREAK
refuses layers.py 'an include past the layer' <<'BREAK'
c_file daemon/wire/dns.c <<<'#include "../net/queue.h"'
BREAK
refuses layers.py 'a unit test that leans on a higher layer' <<'BREAK'
c_file tests/unit/wire/test_dns.c <<<'#include "net/queue.h"'
BREAK
refuses size.py 'a long function' <<'BREAK'
{ printf 'int dns(int a)\n{\n'; lines 80; printf '}\n'; } | c_file daemon/wire/dns.c
BREAK
refuses size.py 'a long file' <<'BREAK'
lines 500 | c_file daemon/wire/dns.c
BREAK
refuses size.py 'deep nesting' <<'BREAK'
c_file daemon/wire/dns.c <<<'int dns(int a)
{
    if (a)
        while (a)
            for (;;)
                if (a)
                    return 1;
    return 0;
}'
BREAK
refuses size.py 'seven parameters' <<'BREAK'
c_file daemon/wire/dns.c <<<'int dns(int a, int b, int c, int d, int e, int f, int g)
{
    return 0;
}'
BREAK
refuses size.py 'a macro that returns' <<'BREAK'
c_file daemon/wire/dns.c <<<'#define TRY(x) \
    if (!(x))  \
        return 0'
BREAK
refuses registered.py 'a source in no list' <<'BREAK'
c_file daemon/wire/tls.c <<<''
BREAK
refuses registered.py 'a unit test in no list' <<'BREAK'
c_file tests/unit/wire/test_tls.c <<<''
BREAK
refuses registered.py 'a unit test in a comment only' <<'BREAK'
put tests/unit/wire/CMakeLists.txt <<<'# lespoort_unit(wire dns)'
BREAK
refuses registered.py 'a folder of tests that is not built' <<'BREAK'
put tests/CMakeLists.txt <<<''
BREAK
refuses registered.py 'a fuzz target in no list' <<'BREAK'
c_file tests/fuzz/fuzz_tls.c <<<''
put tests/fuzz/tls.in/one <<<x
BREAK
refuses registered.py 'an empty corpus' <<'BREAK'
rm "$tree/tests/fuzz/dns.in/one"
BREAK
refuses registered.py 'a scenario in no list' <<'BREAK'
put tests/scenario/one.scn <<<''
BREAK
refuses registered.py 'a bad config without its errors' <<'BREAK'
put tests/config/bad.key.conf <<<''
BREAK
refuses tree.py 'a new name at the top' <<'BREAK'
put notes.txt <<<''
BREAK
refuses tree.py 'a source without a licence' <<'BREAK'
put daemon/wire/dns.c <<<'int x;'
BREAK
refuses tree.py 'blanks at the end of a line' <<'BREAK'
c_file daemon/wire/dns.c <<<'int x; '
BREAK
refuses tree.py 'unfinished work' <<'BREAK'
c_file daemon/wire/dns.c <<<'/* TODO */'
BREAK
refuses tree.py 'a script that cannot be run' <<'BREAK'
chmod -x "$tree/tests/run.sh"
BREAK
refuses docs.py 'a config key without a description' <<'BREAK'
page lespoort.conf.5 'roles teacher users groups services'
BREAK
refuses docs.py 'a role without an example' <<'BREAK'
put conf/lespoort.conf <<<'school = "x"; roles = { users = (); groups = (); };'
BREAK
refuses docs.py 'a command without a description' <<'BREAK'
page lespoortctl.1 other on-behalf-of
BREAK
refuses docs.py 'an option without a description' <<'BREAK'
page lespoortctl.1 status
BREAK
refuses docs.py 'an option of a program without a description' <<'BREAK'
page lespoortd.8 run
BREAK
refuses docs.py 'a page that is missing' <<'BREAK'
rm "$tree/docs/man/lespoort-gate.8"
BREAK
refuses docs.py 'a page that is no mdoc' <<'BREAK'
printf '.Bl -tag\n.It x\n' >>"$tree/docs/man/lespoortd.8"
BREAK
refuses docs.py 'a link that leads nowhere' <<'BREAK'
put README.md <<<'[here](docs/nothing.md)'
BREAK
refuses headers.sh 'a header that needs another' <<'BREAK'
c_file daemon/wire/dns.h <<<'bool dns(void);'
BREAK
refuses headers.sh 'a header without a guard' <<'BREAK'
c_file daemon/wire/dns.h <<<'struct dns {
    int a;
};'
BREAK
refuses format.sh 'C of another style' <<'BREAK'
c_file daemon/wire/dns.c <<<'int  x;'
BREAK
refuses shellcheck.sh 'a careless script' <<'BREAK'
put tests/run.sh <<<'#!/bin/sh
rm $1'
BREAK
[ "$status" != 0 ] || echo "gates: $count offences refused"
exit "$status"
