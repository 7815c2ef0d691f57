# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# The virtual classroom: pupils, a gateway and an internet in network namespaces. Sourced by the
# quickstart, the namespace tests and the benches.
#
#   pupil  (room306) --+
#   pupil2 (room307) --+-- gateway --wan0-- internet
#   staff  (staffroom)-+
#
# A namespace has no name and lives as long as its processes do, so runs do not meet each other.
# Files lie in $classroom_dir. classroom_down (also on exit) takes all of it away again.

classroom_lib=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
classroom_dir=''
classroom_hosts=(gateway internet pupil pupil2 staff)
# How much longer everything may take, e.g. 10 in an emulated machine.
: "${CLASSROOM_PATIENCE:=1}"

declare -A classroom_holder=() # host -> pid of the process that keeps its namespaces
declare -A classroom_pid=()    # name given to spawn -> pid

# Rooms: host interface number; the host's addresses are 10.30.N.11 and fd30:N::11, the gateway's .1.
classroom_rooms='pupil room306 6
pupil2 room307 7
staff staffroom 1'

# Sites: last byte of the addresses 203.0.113.N and 2001:db8:113::N, then the names.
classroom_sites='10 instagram.com cdninstagram.com
20 youtube.com googlevideo.com
21 restrict.youtube.com
25 google.com
26 forcesafesearch.google.com
30 magister.net
40 downloads.example.org
60 tiktok.com
70 snapchat.com'
classroom_dns4=203.0.113.53
classroom_dns6=2001:db8:113::53

say() { printf '%s\n' "$*"; }

# wait_for SECONDS CONDITION...: until the command succeeds; the bound is generous on purpose.
wait_for() {
    local until=$((SECONDS + $1 * CLASSROOM_PATIENCE + 1))
    shift
    until "$@" >/dev/null 2>&1; do
        [ "$SECONDS" -lt "$until" ] || return 1
        sleep 0.05
    done
}

# Says why there can be no classroom here; success when there can.
classroom_possible() {
    local tool
    [ "$(id -u)" = 0 ] || { say 'needs root'; return 1; }
    for tool in ip unshare nsenter setpriv iptables curl dig openssl dnsmasq python3; do
        command -v "$tool" >/dev/null || { say "needs $tool"; return 1; }
    done
    unshare --net --mount mount -t tmpfs run /run 2>/dev/null ||
        { say 'cannot make namespaces here'; return 1; }
}

# in_host HOST COMMAND...: runs it there, with that host's resolver.
# (-r -w: its root and folder, so that all of this can also run in a chroot.)
in_host() {
    local host=$1
    shift
    nsenter -t "${classroom_holder[$host]}" -n -m -r -w -- "$@"
}
in_pupil() { in_host pupil "$@"; }
in_pupil2() { in_host pupil2 "$@"; }
in_staff() { in_host staff "$@"; }
in_gateway() { in_host gateway "$@"; }
in_internet() { in_host internet "$@"; }

# spawn NAME HOST COMMAND...: in the background, output to $classroom_dir/NAME.log. Should this
# script be killed outright, the command ends with it, unless it changes its user.
spawn() {
    local name=$1 host=$2
    shift 2
    # Not through in_host: exec keeps $! the command's own pid.
    (exec setpriv --pdeathsig KILL nsenter -t "${classroom_holder[$host]}" -n -m -r -w -- "$@") \
        >>"$classroom_dir/$name.log" 2>&1 </dev/null &
    classroom_pid[$name]=$!
    disown "${classroom_pid[$name]}"
}

running() { [ -n "${classroom_pid[$1]:-}" ] && alive "${classroom_pid[$1]}"; }
# A zombie still has a pid: it counts as gone.
alive() { [ -e "/proc/$1/stat" ] && ! grep -q '^State:[[:space:]]*[ZX]' "/proc/$1/status"; }
gone() { ! alive "$1"; }

# halt NAME [SIGNAL]: and waits until it is gone.
halt() {
    local pid=${classroom_pid[$1]:-}
    [ -n "$pid" ] || return 0
    kill "-${2:-TERM}" "$pid" 2>/dev/null || true
    wait_for 10 gone "$pid" || kill -KILL "$pid" 2>/dev/null || true
    unset "classroom_pid[$1]"
}

classroom_up() {
    classroom_dir=$(mktemp -d "${TMPDIR:-/tmp}/lespoort.XXXXXX")
    trap classroom_down EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP
    chmod 755 "$classroom_dir"
    local host
    for host in "${classroom_hosts[@]}"; do classroom_host "$host"; done
    classroom_wires
}

# A host is a network namespace and a mount namespace with its own resolver and an empty /run
# (no name service daemon of this machine may answer for it).
classroom_host() {
    local host=$1 dir="$classroom_dir/$1"
    mkdir "$dir"
    printf 'nameserver %s\nnameserver %s\noptions timeout:2 attempts:2\n' \
        "$classroom_dns4" "$classroom_dns6" >"$dir/resolv.conf"
    printf '%s: files\n' passwd group services protocols >"$dir/nsswitch.conf"
    printf 'hosts: files dns\n' >>"$dir/nsswitch.conf"
    # shellcheck disable=SC2016 # expands in the inner shell
    setpriv --pdeathsig KILL unshare --net --mount --propagation private sh -ec '
        resolv=$(readlink -f /etc/resolv.conf)
        mount -t tmpfs -o mode=755 run /run
        case $resolv in
            /run/*) mkdir -p "${resolv%/*}" && cp "$1/resolv.conf" "$resolv" ;;
            *) mount --bind "$1/resolv.conf" "$resolv" ;;
        esac
        mount --bind "$1/nsswitch.conf" /etc/nsswitch.conf
        # Addresses are used at once, and clients of several rooms need no way back.
        echo 0 >/proc/sys/net/ipv6/conf/default/accept_dad
        echo 0 >/proc/sys/net/ipv4/conf/all/rp_filter
        ip link set lo up
        echo 1 >"$1/ready"
        cd /
        exec sleep infinity' sh "$dir" >"$dir/log" 2>&1 </dev/null &
    classroom_holder[$host]=$!
    disown "${classroom_holder[$host]}"
    wait_for 10 test -s "$dir/ready" || { cat "$dir/log" >&2; return 1; }
}

# classroom_wire HOST INTERFACE GATEWAY-INTERFACE ADDRESS4 ADDRESS6 GATEWAY4 GATEWAY6
classroom_wire() {
    local host=$1 dev=$2 far=$3 gateway4=$6 gateway6=$7
    ip link add "$dev" netns "${classroom_holder[$host]}" type veth \
        peer name "$far" netns "${classroom_holder[gateway]}"
    in_host "$host" ip addr add "$4" dev "$dev"
    in_host "$host" ip addr add "$5" dev "$dev" nodad
    in_gateway ip addr add "$gateway4/24" dev "$far"
    in_gateway ip addr add "$gateway6/64" dev "$far" nodad
    in_gateway ip link set "$far" up
    in_host "$host" ip link set "$dev" up
    in_host "$host" ip route add default via "$gateway4"
    in_host "$host" ip -6 route add default via "$gateway6"
}

classroom_wires() {
    local host interface number site names
    while read -r host interface number; do
        classroom_wire "$host" eth0 "$interface" "10.30.$number.11/24" "fd30:$number::11/64" \
            "10.30.$number.1" "fd30:$number::1"
    done <<<"$classroom_rooms"
    classroom_wire internet eth0 wan0 203.0.113.2/24 2001:db8:113::2/64 203.0.113.1 2001:db8:113::1
    while read -r site names; do
        in_internet ip addr add "203.0.113.$site/24" dev eth0
        in_internet ip addr add "2001:db8:113::$site/64" dev eth0 nodad
    done <<<"$classroom_sites
53 dns"
    in_gateway sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward
        echo 1 >/proc/sys/net/ipv6/conf/all/forwarding'
}

# classroom_masquerade: the gateway hides the school behind its own address, as most do.
classroom_masquerade() {
    in_gateway iptables -t nat -A POSTROUTING -o wan0 -j MASQUERADE
}

# More clients in a room: client HOST NUMBER adds 10.30.N.NUMBER and fd30:N::NUMBER.
classroom_client() {
    local room
    room=$(awk -v host="$1" '$1 == host { print $3 }' <<<"$classroom_rooms")
    in_host "$1" ip addr add "10.30.$room.$2/24" dev eth0
    in_host "$1" ip addr add "fd30:$room::$2/64" dev eth0 nodad
}

# The address of the site that has this name, or a name that this one is below.
site_address4() { echo "203.0.113.$(site_number "$1")"; }
site_address6() { echo "2001:db8:113::$(site_number "$1")"; }
site_number() {
    awk -v name=".$1" '{
        for (i = 2; i <= NF; i++)
            if (substr(name, length(name) - length($i)) == "." $i)
                print $1
    }' <<<"$classroom_sites"
}

# A throw-away authority and one certificate for every name.
internet_certificates() {
    local dir="$classroom_dir/pki" name names=''
    mkdir "$dir"
    while read -r _ name; do
        for name in $name; do names+="DNS:$name,DNS:*.$name,"; done
    done <<<"$classroom_sites"
    {
        openssl ecparam -name prime256v1 -genkey -noout -out "$dir/ca.key"
        openssl req -x509 -new -key "$dir/ca.key" -subj '/CN=classroom authority' -days 2 \
            -addext basicConstraints=critical,CA:TRUE -out "$dir/ca.pem"
        openssl ecparam -name prime256v1 -genkey -noout -out "$dir/site.key"
        openssl req -new -key "$dir/site.key" -subj '/CN=classroom sites' -out "$dir/site.csr"
        openssl x509 -req -in "$dir/site.csr" -CA "$dir/ca.pem" -CAkey "$dir/ca.key" \
            -set_serial 1 -days 2 -out "$dir/site.pem" \
            -extfile <(printf 'subjectAltName=%s\n' "${names%,}")
    } >"$dir/log" 2>&1 || { cat "$dir/log" >&2; return 1; }
    chmod 644 "$dir/ca.pem"
}

internet_dns() {
    local args=() site names name
    while read -r site names; do
        for name in $names; do
            # local: other types of these names exist, and are empty.
            args+=("--local=/$name/" "--address=/$name/203.0.113.$site" "--address=/$name/2001:db8:113::$site")
        done
    done <<<"$classroom_sites"
    spawn dns internet dnsmasq --keep-in-foreground --conf-file=/dev/null --no-resolv --no-hosts \
        --no-poll --cache-size=0 --user=root --pid-file= --bind-interfaces --local-ttl=60 \
        --edns-packet-max=4096 \
        --listen-address="$classroom_dns4" --listen-address="$classroom_dns6" \
        --log-queries --log-facility=- --address=/#/ "${args[@]}"
}

internet_up() {
    local addresses=() site
    internet_certificates
    while read -r site _; do
        addresses+=("203.0.113.$site" "2001:db8:113::$site")
    done <<<"$classroom_sites"
    : >"$classroom_dir/internet.events"
    spawn servers internet python3 "$classroom_lib/internet.py" "$classroom_dir/pki/site.pem" \
        "$classroom_dir/pki/site.key" "$classroom_dir/internet.events" "${addresses[@]}"
    internet_dns
    wait_for 20 grep -q '^ready' "$classroom_dir/internet.events" ||
        { cat "$classroom_dir/servers.log" >&2; return 1; }
    wait_for 20 internet_answers || { cat "$classroom_dir/dns.log" >&2; return 1; }
}
internet_answers() {
    in_pupil dig +short +time=1 +tries=1 "@$classroom_dns4" magister.net A | grep -q 203 &&
        in_pupil dig +short +time=1 +tries=1 "@$classroom_dns6" magister.net AAAA | grep -q 2001
}

# fetch HOST [CURL-OPTION...] URL: curl there, trusting the classroom's authority.
fetch() {
    local host=$1
    shift
    in_host "$host" curl --silent --show-error --cacert "$classroom_dir/pki/ca.pem" \
        --noproxy '*' --max-time $((20 * CLASSROOM_PATIENCE)) "$@"
}

# download NAME HOST [CURL-OPTION...] URL: fetch in the background. When it has ended, the file
# NAME.result holds curl's exit code, the bytes that came and the seconds it took.
download() {
    local name=$1 host=$2
    shift 2
    : >"$classroom_dir/$name.result"
    # shellcheck disable=SC2016 # expands in the inner shell
    spawn "$name" "$host" sh -c 'to=$1; shift; exec curl "$@" >"$to"' sh \
        "$classroom_dir/$name.result" --silent --show-error --noproxy '*' \
        --cacert "$classroom_dir/pki/ca.pem" -o "$classroom_dir/$name.data" \
        -w '%{exitcode} %{size_download} %{time_total}\n' "$@"
}
download_growing() { # has more than that many bytes
    [ "$(stat -c %s "$classroom_dir/$1.data" 2>/dev/null || echo 0)" -gt "$2" ]
}
download_ended() { [ -s "$classroom_dir/$1.result" ]; }

# events PATTERN: how many lines of the servers' log match.
events() { grep -c -- "$1" "$classroom_dir/internet.events" || true; }

# Every process in the network namespaces of this classroom.
classroom_pids() {
    local host spaces=''
    for host in "${!classroom_holder[@]}"; do
        spaces+=" $(stat -Lc %i "/proc/${classroom_holder[$host]}/ns/net" 2>/dev/null)"
    done
    stat -Lc '%i %n' /proc/[0-9]*/ns/net 2>/dev/null | awk -v spaces="$spaces" '
        BEGIN { split(spaces, list, " "); for (i in list) ours[list[i]] }
        $1 in ours { split($2, path, "/"); print path[3] }'
}

classroom_down() {
    local status=$? name host pid
    trap '' INT TERM HUP
    for name in "${!classroom_pid[@]}"; do kill "${classroom_pid[$name]}" 2>/dev/null || true; done
    for name in "${!classroom_pid[@]}"; do halt "$name"; done
    for pid in $(classroom_pids); do kill -KILL "$pid" 2>/dev/null || true; done
    for host in "${!classroom_holder[@]}"; do
        wait_for 10 gone "${classroom_holder[$host]}" || true
    done
    classroom_holder=()
    [ -z "$classroom_dir" ] || rm -rf --one-file-system "$classroom_dir"
    classroom_dir=''
    trap - EXIT INT TERM HUP
    return "$status"
}
