#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Installs what building and testing lespoort needs on Debian 12.
#   packaging/setup.sh [build] [test] [browser] [vm]      (without an argument: build test)
# Does nothing when all is there. Services that come along with a package are not started, now or
# at the next boot.
set -euo pipefail

build=(cmake ninja-build pkg-config gcc libc6-dev libnetfilter-queue-dev libnfnetlink-dev libmnl-dev
    libnetfilter-conntrack-dev libnftables-dev libconfig-dev libevent-dev libjansson-dev
    libcap-ng-dev libseccomp-dev libsystemd-dev libidn2-dev zlib1g-dev libxxhash-dev libssl-dev)
# What the programs call, and what the virtual classroom is made of.
run=(nftables iptables ipset iproute2 conntrack procps util-linux tzdata curl bind9-dnsutils
    openssl gpgv dnsmasq-base python3)
# libclang-rt: Debian's clang has its sanitizers and libFuzzer apart.
test=(clang clang-tidy clang-format libclang-rt-14-dev libcmocka-dev knot-dnsutils iperf3
    mandoc universal-ctags shellcheck iputils-ping netcat-openbsd ethtool gnupg)
browser=(chromium chromium-sandbox caddy) # 400 MB: a browser, and a server of HTTP/2 and HTTP/3
vm=(qemu-system-x86 qemu-utils mmdebstrap e2fsprogs)

wanted=()
[ $# -gt 0 ] || set -- build test
for group; do
    case $group in
        build) wanted+=("${build[@]}" "${run[@]}") ;;
        test) wanted+=("${test[@]}") ;;
        browser) wanted+=("${browser[@]}") ;;
        vm) wanted+=("${vm[@]}") ;;
        *) echo "setup: unknown group '$group' (build, test, browser, vm)" >&2; exit 2 ;;
    esac
done

missing=()
for package in "${wanted[@]}"; do
    status=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null) || status=''
    [ "$status" = installed ] || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

command -v apt-get >/dev/null || { echo "setup: no apt-get; please install: ${missing[*]}" >&2; exit 1; }
[ "$(id -u)" = 0 ] || { echo "setup: as root, please: ${missing[*]}" >&2; exit 1; }

scratch=$(mktemp -d)
policy=/usr/sbin/policy-rc.d
restore() {
    rm -f "$policy"
    [ ! -e "$scratch/policy" ] || mv "$scratch/policy" "$policy"
    rm -rf "$scratch"
}
trap restore EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
# 101: invoke-rc.d and its like may not start anything (Debian's policy-rc.d interface).
[ ! -e "$policy" ] || mv "$policy" "$scratch/policy"
printf '#!/bin/sh\nexit 101\n' >"$policy"
chmod 755 "$policy"

echo "setup: installing ${#missing[@]} packages"
export DEBIAN_FRONTEND=noninteractive
quietly() {
    "$@" >"$scratch/log" 2>&1 || { cat "$scratch/log" >&2; echo "setup: failed: $*" >&2; exit 1; }
}
apt=(apt-get -q -y -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3)
quietly "${apt[@]}" update
quietly "${apt[@]}" install --no-install-recommends "${missing[@]}"
case " ${missing[*]} " in *' caddy '*) systemctl -q disable caddy >/dev/null 2>&1 || true ;; esac
