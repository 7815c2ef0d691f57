#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# All C is as .clang-format says: format.sh [ROOT]
set -euo pipefail
cd "${1:-$(dirname "$0")/../..}"
list=$(find daemon ctl tests -name '*.[ch]' 2>/dev/null | sort)
[ -n "$list" ] || { echo 'format: no source found' >&2; exit 1; }
xargs clang-format --dry-run -Werror <<<"$list"
echo "format: $(wc -l <<<"$list") files"
