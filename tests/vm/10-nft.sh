#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The namespace tests with the nftables back end, in a machine with a stock kernel.
#   tests/vm/10-nft.sh [TEST...]      (without an argument: all)
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
if [ -z "${LESPOORT_INSIDE:-}" ]; then
    LESPOORT_BACKEND=nftables exec "$here/vm.sh" --timeout 1500 "$0" "$@"
fi
[ $# -gt 0 ] || set -- 10-dns 20-tls 30-bell 40-death 47-repair 48-probe 49-bridge 50-order 60-quic \
    70-marks 71-many 72-hooks 73-normalise 74-fail-closed 75-ports 80-restricted 90-never-block 95-lists
export LESPOORT_LIST_NAMES=20000 # emulation is slow
uname -r
failed=0 # a test that cannot run there says why, and is told as skipped
for test; do
    start=$SECONDS
    timeout -k 20 400 "/src/tests/netns/$test.sh" >/tmp/log 2>&1
    status=$?
    sed "s/^/$test: /" /tmp/log
    echo "$test: ended with $status after $((SECONDS - start)) s"
    [ "$status" = 0 ] || [ "$status" = 77 ] || failed=1
done
exit "$failed"
