#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# With every service closed and locked, each name that is never blocked works: those of the shipped
# catalogue and the school's own, and a name below each. In the same run a name of every service is
# refused. All of them share one address.
#
# QUIC passes here by configuration (quic = "pass"): the gate reads no name in it yet, and refuses
# all of it otherwise, see 60-quic.sh. What is sent is no whole Initial, but looks like one.
set -euo pipefail
here=$(dirname "$0")
. "$here/lib.sh"
. "$here/programs.sh"

# catalogue_words never|services|closed: the names that are never blocked; the ids of the services
# that exist and own a name; the first name of each of these.
catalogue_words() {
    python3 - "$1" "$programs_root/conf/catalogue.conf" <<'PYTHON'
import re
import sys

def strings(text):
    return re.findall(r'"([^"]*)"', text)

text = re.sub(r"#[^\n]*", "", open(sys.argv[2], encoding="utf-8").read())
if sys.argv[1] == "never":
    print(*strings(re.search(r"\bnever_block = \[(.*?)\]", text, re.S)[1]), sep="\n")
services = re.search(r"^services = \((.*?)^\);", text, re.S | re.M)[1]
for service in re.findall(r"\bid = .*?\n  \}", services, re.S):
    names = [strings(m) for m in re.findall(r"\b(?:core|cdn|api) = \[(.*?)\]", service, re.S)]
    if names and "retired = true" not in service and sys.argv[1] in ("services", "closed"):
        print(strings(service)[0] if sys.argv[1] == "services" else names[0][0])
PYTHON
}

own=(intranet.classroom-college.nl mail.classroom-college.nl)
# classroom-college.nl stands above names that are never blocked.
listed=(games.classroom-games.nl classroom-college.nl)
mapfile -t never < <(catalogue_words never)
mapfile -t services < <(catalogue_words services)
mapfile -t closed < <(catalogue_words closed)
classroom_sites="80 ${never[*]} ${own[*]} ${closed[*]} ${listed[*]}"
test_classroom

# A list that claims what it must not have.
list=$programs_dir/games
printf '%s\n' "${listed[@]}" "${own[@]}" "${never[@]}" "${never[@]/#/www.}" >"$list"

quoted() { printf '"%s"\n' "$@" | paste -sd,; }
own_names=$(quoted "${own[@]}")
zone_settings='quic = "pass";'
everything=$(quoted "${services[@]}" arcade)
school_config "$(lesson_now)" \
    "lists = ({ id = \"arcade\"; title = \"Games\"; category = \"games\"; path = \"$list\"; });" \
    "lessons = { close = [ $everything ]; locked = [ $everything ]; };"
programs_up

# All mixed, so that one gate at one time does both.
names=$classroom_dir/names wanted=$classroom_dir/wanted
{
    printf '%s open\n' "${never[@]}" "${own[@]}" "${never[@]/#/below.}" "${own[@]/#/below.}"
    printf '%s closed\n' "${closed[@]}" "${listed[@]}"
} | sort -R --random-source="$programs_root/conf/catalogue.conf" >"$wanted"
cut -d ' ' -f 1 "$wanted" >"$names"

reach() { # reach SERVER ADDRESS: a line per name: open|closed NAME DNS TLS QUIC
    in_pupil "$classroom_lib/client.py" reach "$1" "$2" "$classroom_dir/pki/ca.pem" <"$names" |
        paste -d ' ' <(cut -d ' ' -f 2 "$wanted") -
}
# none_failed WHAT open|closed COLUMN FATE: every such name met that fate there.
none_failed() {
    awk -v what="$1" -v wanted="$2" -v column="$3" -v fate="$4" '
        $1 != wanted { next }
        { count++ }
        $column != fate { failed++; if (failed <= 10) print "# " $2 ": " $column }
        END { printf "# %s: %d names, %d failures\n", what, count, failed; exit !count || failed }
        ' "$classroom_dir/fates"
}

closed_here='len([z for z in s["zones"] if z["zone"] == "306"][0]["closed"])'
check "all ${#services[@]} services and the list are closed" equal "$(status "$closed_here")" \
    $((${#services[@]} + 1))
check 'and locked' equal "$(ctl services --json | grep -c '"locked": *true')" $((${#services[@]} + 1))
for version in 4 6; do
    address=site_address$version server=classroom_dns$version
    reach "${!server}" "$("$address" magister.net | head -n 1)" >"$classroom_dir/fates"
    check "never blocked: resolved (IPv$version)" none_failed DNS open 3 answered
    check "never blocked: a page by TLS (IPv$version)" none_failed TLS open 4 answered
    check "never blocked: QUIC is answered (IPv$version)" none_failed QUIC open 5 answered
    check "closed: no such host (IPv$version)" none_failed 'closed, DNS' closed 3 closed
    check "closed: reset (IPv$version)" none_failed 'closed, TLS' closed 4 reset
done

finish
