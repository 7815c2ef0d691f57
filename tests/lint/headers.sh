#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Each header compiles alone, and twice: headers.sh [ROOT]
set -euo pipefail
cd "${1:-$(dirname "$0")/../..}"

one() {
    printf '#include "%s"\n#include "%s"\n' "$1" "$1" |
        gcc -std=gnu17 -D_GNU_SOURCE -Wall -Wextra -Wstrict-prototypes -Werror -fsyntax-only \
            -Idaemon -Ictl -Itests -x c - || { echo "$2: does not compile alone" >&2; return 1; }
}

status=0 count=0
while read -r header; do
    one "${header#*/}" "$header" || status=1
    count=$((count + 1))
done < <(find daemon ctl tests/support -name '*.h' 2>/dev/null | sort)
[ "$status" != 0 ] || echo "headers: $count compile alone"
exit "$status"
