#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What is open and allowed lives through every change; what is closed by one ends at its next
# packet, at both ends; and the rooms next door feel nothing.
set -euo pipefail
here=$(dirname "$0")
. "$here/lib.sh"
. "$here/programs.sh"
test_classroom

# One bell, at which the lesson of room 306 ends and that of room 307 begins.
lead=$((15 * (CLASSROOM_PATIENCE > 1 ? 6 : 1)))
bell=$((($(now) + lead + 59) / 60 * 60))
first=$(bell 1 $((bell - 1800)) "$bell") second=$(bell 1 "$bell" $((bell + 3600)))
many=200 bound=2
[ "$CLASSROOM_PATIENCE" = 1 ] || many=40
rooms='pupil pupil2'
ca=$classroom_dir/pki/ca.pem
two_streams "$first" "$second"
programs_up

# ---- the school's own ssh server: forwarding is all that this account may do there ----

ssh_ready() { grep -q 'Server listening' "$classroom_dir/sshd.log"; }
ssh_up() {
    local dir=$classroom_dir/ssh
    # An account that has no shell, no home, and may take port 22 in here.
    install -d -m 755 "$dir"
    ssh-keygen -q -t ed25519 -N '' -f "$dir/key"
    ssh-keygen -q -t ed25519 -N '' -f "$dir/host"
    cp "$dir/key.pub" "$dir/allowed"
    chmod 644 "$dir/allowed"
    chown "$daemon_user" "$dir/host"
    printf '%s\n' "ListenAddress $(site_address4 magister.net)" "HostKey $dir/host" UsePAM\ no \
        "AuthorizedKeysFile $dir/allowed" StrictModes\ no PidFile\ none >"$dir/config"
    in_internet sh -c 'echo 0 >/proc/sys/net/ipv4/ip_unprivileged_port_start'
    spawn sshd internet setpriv --reuid "$daemon_user" --regid "$(id -g "$daemon_user")" \
        --clear-groups --no-new-privs "$(command -v sshd || echo /usr/sbin/sshd)" -D -e -f "$dir/config"
    wait_for 10 ssh_ready
}
ssh_client() { # NAME HOST
    alive_client "$1" "$2" pipe ssh -F none -i "$classroom_dir/ssh/key" -W 127.0.0.1:7 \
        -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR \
        "$daemon_user@$(site_address4 magister.net)"
}

# ---- those that live through everything ----

survivors=''
survivor() { # NAME HOST VERB...
    survivors+=" $1"
    alive_client "$@"
}
stream() { # NAME HOST SITE
    download "$1" "$2" --resolve "$3:443:$(site_address4 "$3")" "https://$3/stream"
}
open_survivors() {
    local host
    for host in $rooms; do
        survivor "talk-$host" "$host" talk "$(site_address4 magister.net)" www.magister.net "$ca" 1 0.2
        survivor "talk6-$host" "$host" talk "$(site_address6 magister.net)" www.magister.net "$ca" 1 0.2
        survivor "call-$host" "$host" call "$(site_address4 magister.net)" 3478
        stream "stream-$host" "$host" downloads.example.org
        [ -z "$with_ssh" ] || { survivors+=" ssh-$host"; ssh_client "ssh-$host" "$host"; }
    done
}
all_live() {
    local name host
    for name in $survivors; do lives "$name" || { echo "# $name"; return 1; }; done
    for host in $rooms; do download_flows "stream-$host" || { echo "# stream-$host"; return 1; }; done
}

with_ssh=''
if [ -x /usr/sbin/sshd ] && command -v ssh >/dev/null; then
    with_ssh=1
    check 'an ssh server for the school' ssh_up
else
    skip 'an ssh session' 'needs openssh-server'
fi
open_survivors
check 'in both rooms: WebSocket, call, download and ssh session of allowed sites' all_live

# ---- what the bell ends in room 307 ----

gram4=$(site_address4 instagram.com)
check 'room 306 has a lesson' refused pupil www.instagram.com
alive_client many pupil2 talk "$gram4" www.instagram.com "$ca" "$many" 0.5
alive_client six pupil2 talk "$(site_address6 instagram.com)" www.instagram.com "$ca" 1 0.2
alive_client quic pupil2 call "$gram4" 443 initial
alive_client quic6 pupil2 call "$(site_address6 instagram.com)" 443 initial
stream insta pupil2 www.instagram.com
alive_client staff staff talk "$gram4" www.instagram.com "$ca" 1 0.2
begun() { [ "$(events '^request https www.instagram.com /echo')" -ge $((many + 2)) ]; }
check "room 307 has none: $many connections to Instagram" wait_for 30 begun
check 'QUIC, and QUIC over IPv6' lives quic
check 'and a download' wait_for 10 download_growing insta 8000
check 'all of it runs until the bell' test "$(now)" -lt "$bell"
at_bell() { [ "$(now)" -ge "$bell" ]; }
wait_for 90 at_bell

all_ended() { [ "$(said many '^end reset')" = "$many" ]; }
# REJECT tells the client; the server learns it from the client's kernel, at its next ping.
told_servers() { [ "$(events '^closed https www.instagram.com /echo')" = $((many + 1)) ]; }
check "the bell: all $many are reset" wait_for $bound all_ended
check 'in time' ended_within many $bound "$bell"
check 'at the server as well' wait_for $bound told_servers
check 'the one over IPv6, too' ended_within six $bound "$bell"
check 'QUIC is refused' equal "$(last_said quic end | cut -d' ' -f1)" refused
check 'in time' ended_within quic $bound "$bell"
check 'QUIC over IPv6 as well' ended_within quic6 $bound "$bell"
check 'the download ends' wait_for $bound download_ended insta
check 'the staff room feels nothing' lives staff
check 'in room 306 it opens' wait_for $bound site pupil www.instagram.com
check 'what is allowed lives on' all_live

# ---- the other changes, in room 307; room 306 is free and must not feel them ----

alive_client next-door pupil talk "$(site_address4 youtube.com)" www.youtube.com "$ca" 1 0.2
check 'room 306 watches YouTube' lives next-door
tube=0
youtube() { # a new connection of room 307 to YouTube, called tube$tube
    tube=$((tube + 1))
    alive_client "tube$tube" pupil2 talk "$(site_address4 youtube.com)" www.youtube.com "$ca" 1 0.2
    lives "tube$tube"
}
closes() { # TEXT TIME: within the bound after that time, and nothing else
    ended() { [ "$(said "tube$tube" '^end reset')" = 1 ]; }
    check "$1: YouTube in room 307 ends" wait_for $((2 * bound)) ended
    check "$1: in time" ended_within "tube$tube" $bound "$2"
    check "$1: what is allowed lives on" all_live
    check "$1: room 306 feels nothing" lives next-door
}
check 'a grant' as_teacher grant youtube --zone 307
check 'opens YouTube' youtube
check 'what is allowed lives on' all_live
when=$(date +%s.%N)
check 'it is withdrawn' as_teacher revoke
closes 'a withdrawal' "$when"

seconds=$((4 * CLASSROOM_PATIENCE))
check 'a grant for a moment' as_teacher grant youtube --zone 307 --for "${seconds}s"
when=$(date +%s.%N)
check 'opens YouTube again' youtube
wait_for $((seconds + bound)) grep -q '^end' "$classroom_dir/tube$tube.log" || true
closes 'its end' "$(awk -v t="$when" -v s="$seconds" 'BEGIN { printf "%.3f", t + s }')"

days_off='days_off = ({ name = "day off"; from = "2020-01-01"; to = "2099-12-31"; });'
two_streams "$first" "$second" "$days_off"
check 'a day off is written into the config' reload
check 'it opens YouTube' youtube
two_streams "$first" "$second" 'lessons = { close = ("video"); };'
when=$(date +%s.%N)
check 'another config: a lesson that closes video only' reload
closes 'that config' "$when"
check 'Instagram is open then' wait_for $bound site pupil2 www.instagram.com
two_streams "$first" "$second"
check 'and the first config again' reload
check 'what is allowed lives on' all_live
check 'the staff room has felt nothing' lives staff

# ---- a class at once ----

members=30 flows=8
# What the package sets on a gateway. (A browser opens several connections at once.)
settings=$programs_root/systemd/lespoort.sysctl
[ ! -e "$settings" ] || sed -n 's|^net[.]||; s|[.]|/|g; s| = | |p' "$settings" |
    while read -r name value; do in_gateway sh -c "echo $value >/proc/sys/net/$name"; done
sources() { # PREFIX
    local n
    for ((n = 100; n < 100 + members; n++)); do echo "$1$n"; done
}
in_pupil2 sh -c 'ip -batch -' < <(
    for source in $(sources 10.30.7.); do echo "addr add $source/24 dev eth0"; done
    for source in $(sources fd30:7::); do echo "addr add $source/64 dev eth0 nodad"; done
)
everybody_refused() { # PREFIX SERVER
    local said
    # shellcheck disable=SC2046 # a list of addresses
    said=$(in_pupil2 "$classroom_lib/alive.py" class "$2" "$flows" $(sources "$1"))
    echo "# $said"
    equal "${said% slowest*}" "refused $((members * flows)) of $((members * flows))"
}
check "$members pupils, $flows QUIC flows each, at once: every one is refused" \
    everybody_refused 10.30.7. "$gram4"
check 'over IPv6, too' everybody_refused fd30:7:: "$(site_address6 instagram.com)"

silence() { # NAME: no answer for at most that long
    local ms
    ms=$(told "$1" longest)
    [ "${ms:-999999}" -lt $((3000 * CLASSROOM_PATIENCE)) ] || { echo "# $1: $ms ms"; return 1; }
}
for host in $rooms; do check "the call of $host was never silent for long" silence "call-$host"; done
finish
