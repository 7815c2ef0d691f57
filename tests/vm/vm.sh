#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Runs a script as root in a machine with a stock Debian kernel, emulated, so that it needs
# neither KVM nor anything of this machine's kernel:
#   tests/vm/vm.sh [--timeout SECONDS] SCRIPT [ARG...]     SCRIPT lies in this tree
#   tests/vm/vm.sh --prepare                               only builds the machine
# The tree with build/dev/bin is mounted read-only on /src. Prints what the script prints and ends
# with its status; 77: there can be no machine here; 125: no result.
#
# The cloud kernel has NVMe, ext4 and the serial port built in: it boots without an initramfs.
# The machine (kernel and root) is built once and kept in build/vm or $LESPOORT_VM_CACHE.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
tree=$(cd "$here/../.." && pwd)
cache=${LESPOORT_VM_CACHE:-$tree/build/vm}
limit=600 prepare=''
packages='kmod procps iproute2 iputils-ping nftables iptables ipset conntrack netcat-openbsd
python3 curl openssl dnsmasq-base bind9-dnsutils knot-dnsutils tzdata
libnetfilter-queue1 libmnl0 libnfnetlink0 libnetfilter-conntrack3 libnftables1 libconfig9
libevent-core-2.1-7 libjansson4 libcap-ng0 libseccomp2 libidn2-0 libsystemd0 libssl3 libxxhash0 zlib1g
gpgv'

say() { printf 'vm: %s\n' "$*" >&2; }
impossible() { printf '%s\n' "$*"; exit 77; }

while [ $# -gt 0 ]; do
    case $1 in
        --timeout) limit=$2; shift 2 ;;
        --prepare) prepare=1; shift ;;
        *) break ;;
    esac
done
[ -n "$prepare" ] || [ $# -gt 0 ] || { say 'which script?'; exit 125; }

scratch=$(mktemp -d "${TMPDIR:-/tmp}/lespoort-vm.XXXXXX")
machine_pid=''
clean() {
    [ -z "$machine_pid" ] || kill "$machine_pid" 2>/dev/null || true
    rm -rf --one-file-system "$scratch"
}
trap clean EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# The first process inside. Its standard output is the second serial port; the last line that
# goes there is the script's status.
first_process() {
    cat <<'INSIDE'
#!/bin/bash
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mountpoint -q /dev || mount -t devtmpfs dev /dev
mkdir -p /dev/pts /dev/shm
mount -t devpts pts /dev/pts
for dir in /dev/shm /run /tmp; do mount -t tmpfs -o mode=1777 tmpfs "$dir"; done
[ -e /dev/fd ] || ln -s /proc/self/fd /dev/fd
ip link set lo up
mount -t ext4 -o ro,noload /dev/nvme0n2 /src
stty -F /dev/ttyS1 raw -echo
(cd /tmp && exec bash /src/job) >/dev/ttyS1 2>&1 </dev/null
echo "vm-status: $?" >/dev/ttyS1
stty -F /dev/ttyS1 raw # waits until all is sent
echo b >/proc/sysrq-trigger
sleep 60
INSIDE
}

kernel() { # kernel FOLDER: unpacks the newest cloud kernel there
    local package config option
    package=$(apt-cache depends linux-image-cloud-amd64 2>/dev/null |
        awk '$1 == "Depends:" && $2 ~ /^linux-image-[0-9]/ { print $2; exit }')
    [ -n "$package" ] || impossible 'no stock kernel: apt knows no linux-image-cloud-amd64'
    (cd "$scratch" && apt-get -qq -o APT::Sandbox::User=root download "$package") ||
        impossible "no stock kernel: cannot download $package"
    dpkg-deb -x "$scratch/$package"_*.deb "$1"
    rm "$scratch/$package"_*.deb
    config=$(echo "$1"/boot/config-*)
    for option in BLK_DEV_NVME EXT4_FS SERIAL_8250_CONSOLE; do
        grep -q "^CONFIG_$option=y" "$config" || impossible "$package: CONFIG_$option is not built in"
    done
}

build() { # build FOLDER: its vmlinuz and root.img
    local kernel=$scratch/kernel root=$scratch/root release sources version
    [ "$(id -u)" = 0 ] || impossible 'only root can build the machine'
    say 'building the machine (once)'
    release=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
    sources=/etc/apt/sources.list.d/debian.sources
    [ -e "$sources" ] || sources=/etc/apt/sources.list
    apt-get -qq update || say 'apt-get update failed, going on'
    kernel "$kernel"
    # shellcheck disable=SC2086 # a list of words
    mmdebstrap --quiet --mode=root --variant=minbase --format=directory \
        --include="$(echo $packages | tr ' ' ',')" \
        --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/doc/*' \
        --dpkgopt='path-exclude=/usr/share/locale/*' "$release" "$root" "$sources" \
        >"$scratch/log" 2>&1 || { cat "$scratch/log" >&2; impossible 'mmdebstrap failed'; }
    mkdir -p "$root/usr/lib/modules" "$root/src" "$1"
    mv "$kernel"/lib/modules/* "$root/usr/lib/modules/"
    version=$(basename "$root"/usr/lib/modules/*)
    chroot "$root" depmod "$version"
    first_process >"$root/first"
    chmod 755 "$root/first"
    rm -f "$root/etc/resolv.conf"
    : >"$root/etc/resolv.conf"
    printf '127.0.0.1 localhost\n::1 localhost\n' >"$root/etc/hosts"
    truncate -s 2G "$1/root.img"
    mke2fs -q -F -t ext4 -m 0 -d "$root" "$1/root.img"
    mv "$kernel"/boot/vmlinuz-* "$1/vmlinuz"
    rm -rf --one-file-system "$root" "$kernel"
}

for tool in qemu-system-x86_64 qemu-img mke2fs mmdebstrap; do
    command -v "$tool" >/dev/null || impossible "needs $tool"
done
# Another machine for another content.
machine=$cache/$({ echo "$packages"; declare -f first_process build; cat /etc/os-release; } |
    sha256sum | cut -c1-16)
mkdir -p "$cache"
exec 9>"$cache/lock"
flock 9
if [ ! -e "$machine/vmlinuz" ]; then
    rm -rf "$cache/new"
    build "$cache/new"
    mv "$cache/new" "$machine"
fi
exec 9>&-
[ -z "$prepare" ] || exit 0

script=$(realpath --relative-to="$tree" "$1")
shift
mkdir -p "$scratch/src/build/dev"
cp -r "$tree"/{conf,packaging,systemd,tests} "$scratch/src/"
cp -r "$tree/build/dev/bin" "$scratch/src/build/dev/"
printf 'LESPOORT_INSIDE=1 CLASSROOM_PATIENCE=%q LESPOORT_BACKEND=%q exec /src/%q' \
    "${CLASSROOM_PATIENCE:-10}" "${LESPOORT_BACKEND:-auto}" "$script" >"$scratch/src/job"
[ $# -eq 0 ] || printf ' %q' "$@" >>"$scratch/src/job"
truncate -s "$(($(du -sk "$scratch/src" | cut -f1) * 5 / 4 + 16384))K" "$scratch/src.img"
mke2fs -q -F -t ext4 -O ^has_journal -m 0 -d "$scratch/src" "$scratch/src.img"
qemu-img create -q -f qcow2 -F raw -b "$machine/root.img" "$scratch/root.qcow2"

setpriv --pdeathsig TERM timeout -k 5 "$limit" qemu-system-x86_64 -no-user-config -nodefaults -display none -nic none \
    -no-reboot -machine q35 -accel tcg,thread=multi -cpu max -smp 2 -m 1024 \
    -kernel "$machine/vmlinuz" -append 'root=/dev/nvme0n1 rw init=/first console=ttyS0 quiet
panic=-1 tsc=reliable mitigations=off nowatchdog' \
    -serial "file:$scratch/console" -serial "file:$scratch/output" \
    -device nvme,id=disk,serial=lespoort \
    -drive "if=none,id=root,format=qcow2,cache=unsafe,file=$scratch/root.qcow2" \
    -drive "if=none,id=src,format=raw,cache=unsafe,readonly=on,file=$scratch/src.img" \
    -device nvme-ns,bus=disk,nsid=1,drive=root -device nvme-ns,bus=disk,nsid=2,drive=src \
    </dev/null >&2 &
machine_pid=$!
ended=0
wait "$machine_pid" || ended=$?
machine_pid=''
grep -av '^vm-status: ' "$scratch/output" || true
status=$(sed -n 's/^vm-status: \([0-9]*\).*/\1/p' "$scratch/output" | tail -n 1)
if [ -z "$status" ]; then
    [ "$ended" != 124 ] || say "stopped after $limit seconds"
    say 'no result; the end of the console:'
    tail -n 40 "$scratch/console" >&2
    exit 125
fi
exit "$status"
