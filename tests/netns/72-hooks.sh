#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Where packets are read: VLANs, the gateway's own traffic, NAT in both directions, and a school's
# own resolver.
set -euo pipefail
here=$(dirname "$0")
. "$here/lib.sh"
. "$here/programs.sh"
test_classroom
gate_settings='queue = 40; probe = false;'
resolver4=10.30.6.53 resolver6=fd30:6::53
classroom_client pupil 53

# vlan_wire: room 308 behind VLAN 8 of room 306's wire. Where the kernel knows no VLANs, behind a
# wire of its own whose end at the gateway has the name of one.
vlan=room306.8
vlan_wire() {
    if in_gateway ip link add link room306 name "$vlan" type vlan id 8 2>/dev/null; then
        in_pupil ip link add link eth0 name eth0.8 type vlan id 8
    else
        echo '# no VLANs in this kernel: a plain interface of such a name is used'
        ip link add eth0.8 netns "${classroom_holder[pupil]}" type veth \
            peer name "$vlan" netns "${classroom_holder[gateway]}"
    fi
    in_pupil ip addr add 10.30.8.11/24 dev eth0.8
    in_pupil ip addr add fd30:8::11/64 dev eth0.8 nodad
    in_gateway ip addr add 10.30.8.1/24 dev "$vlan"
    in_gateway ip addr add fd30:8::1/64 dev "$vlan" nodad
    in_gateway ip link set "$vlan" up
    in_pupil ip link set eth0.8 up
    # What has an address of that room goes that way.
    in_pupil ip rule add from 10.30.8.11 table 8
    in_pupil ip route add default via 10.30.8.1 table 8
    in_pupil ip -6 rule add from fd30:8::11 table 8
    in_pupil ip -6 route add default via fd30:8::1 table 8
}
vlan_wire

hooks_config() {
    school_config "$(lesson_now)"
    sed -i -e "s/\"staffroom\")/\"staffroom\", \"$vlan\")/" \
        -e "s|^zones = (|&\n    { name = \"308\"; prefixes = (\"10.30.8.0/24\", \"fd30:8::/64\"); },\n    { name = \"dns\"; kind = \"resolver\"; prefixes = (\"$resolver4\", \"$resolver6\"); },|" \
        "$config"
}

# A server on the gateway, as a page or ssh is; and one in the classroom that the world may reach.
spawn own gateway openssl s_server -quiet -www -accept 443 \
    -cert "$classroom_dir/pki/site.pem" -key "$classroom_dir/pki/site.key"
spawn inside pupil openssl s_server -quiet -www -accept 8443 \
    -cert "$classroom_dir/pki/site.pem" -key "$classroom_dir/pki/site.key"
in_gateway iptables -t nat -A PREROUTING -i wan0 -p tcp --dport 8443 -j DNAT --to 10.30.6.11:8443
listens() { in_host "$1" ss -Hltn "sport = :$2" | grep -q .; }
wait_for 10 listens gateway 443
wait_for 10 listens pupil 8443

hooks_config
programs_up

# shellcheck disable=SC2016 # of awk
queued() { in_gateway awk '$1 == 40 { print $8 }' /proc/self/net/netfilter/nfnetlink_queue; }
# unread COMMAND...: it succeeds, and no packet of it was queued.
unread() {
    local before after
    before=$(queued)
    "$@" >/dev/null || return 1
    after=$(queued)
    equal "$((after - before)) packets read" '0 packets read'
}
site_from() { # ADDRESS NAME: as site(), from that address of the pupil
    local at
    at=$(site_address4 "$2")
    case $1 in *:*) at="[$(site_address6 "$2")]" ;; esac
    fetch pupil -o /dev/null --interface "$1" --resolve "$2:443:$at" "https://$2/"
}
cut_from() {
    timed site_from "$@"
    case $last_status in 35 | 56) soon ;; *) echo "# curl ended with $last_status"; return 1 ;; esac
}
asks() { # HOST ADDRESS NAME WANTED: what DNS says; it is NXDOMAIN where that is closed
    equal "$(in_host "$1" dig +short +time=2 +tries=2 -b "$2" "@$classroom_dns4" "$3" A)" "$4"
}

check 'a VLAN: open' site_from 10.30.8.11 www.magister.net
check 'a VLAN: closed' cut_from 10.30.8.11 www.instagram.com
check 'a VLAN: open (IPv6)' site_from fd30:8::11 www.magister.net
check 'a VLAN: closed (IPv6)' cut_from fd30:8::11 www.instagram.com
check 'a VLAN: DNS is closed' asks pupil 10.30.8.11 www.instagram.com ''
check 'a VLAN: DNS is open' asks pupil 10.30.8.11 magister.net 203.0.113.30

to_gateway() { # a name that is closed, at the gateway's own address
    fetch pupil -o /dev/null --resolve "www.instagram.com:443:$1" https://www.instagram.com/
}
check 'a server on the gateway is not read' unread to_gateway 10.30.6.1
check 'a server on the gateway is not read (IPv6)' unread to_gateway '[fd30:6::1]'
check 'nor is it at the address of another room' unread to_gateway 10.30.7.1
check 'nor at the one outside' unread to_gateway 203.0.113.1
own_download() { fetch gateway -o /dev/null --resolve "www.instagram.com:443:$1" https://www.instagram.com/; }
check "the gateway's own downloads are not read" unread own_download 203.0.113.10
check "the gateway's own downloads are not read (IPv6)" unread own_download '[2001:db8:113::10]'
check "nor are its questions" unread asks gateway 203.0.113.1 www.instagram.com 203.0.113.10

inside() {
    in_internet curl --silent --show-error --insecure --noproxy '*' --max-time 10 -o /dev/null \
        --resolve "www.instagram.com:8443:$1" https://www.instagram.com:8443/
}
check 'a server in a room that outsiders reach by NAT is not read' unread inside 203.0.113.1
check 'the room behind NAT: open' site pupil www.magister.net
check 'the room behind NAT: closed' refused pupil www.instagram.com

check "the school's resolver asks for everybody" unread asks pupil "$resolver4" www.instagram.com 203.0.113.10
check 'its connections are not read' unread site_from "$resolver4" www.instagram.com
check 'its connections are not read (IPv6)' unread site_from "$resolver6" www.instagram.com
check 'its neighbours are' asks pupil 10.30.6.11 www.instagram.com ''

finish
