#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# All shell scripts: shellcheck.sh [ROOT]
set -euo pipefail
cd "${1:-$(dirname "$0")/../..}"
list=$(find . \( -path ./build -o -path ./.git \) -prune -o -type f -print |
    while read -r file; do
        case $file in
            *.sh) echo "$file" ;;
            *.[ch] | *.md | *.py) ;;
            *) ! head -c 64 "$file" | head -n 1 | grep -aqE '^#!.*/(ba)?sh' || echo "$file" ;;
        esac
    done | sort)
[ -n "$list" ] || { echo 'shellcheck: no script found' >&2; exit 1; }
xargs -d '\n' shellcheck <<<"$list"
echo "shellcheck: $(wc -l <<<"$list") scripts"
