#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# clang-tidy over everything that is compiled: tidy.sh ROOT BUILD, where BUILD holds the
# compile_commands.json of a clang build.
set -euo pipefail
cd "$1"
database=$2/compile_commands.json
[ -s "$database" ] || { echo "tidy: no $database" >&2; exit 1; }
list=$(python3 -c '
import json, sys
print("\n".join(sorted({entry["file"] for entry in json.load(open(sys.argv[1]))})))' "$database")
# Output in blocks: two runs at a time would mix their lines.
# shellcheck disable=SC2016 # expands in the inner shell
xargs -d '\n' -P "$(nproc)" -n 1 sh -c '
    output=$(clang-tidy --quiet -p "$1" "$2" 2>/dev/null) && exit
    printf "%s\n" "$output"
    exit 1' sh "$2" <<<"$list"
echo "tidy: $(wc -l <<<"$list") files"
