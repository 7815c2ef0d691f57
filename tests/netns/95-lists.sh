#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Lists of a million names are compiled and taken over while traffic runs; a suspicious one is
# refused, and rolled back. $LESPOORT_LIST_NAMES: another size.
set -euo pipefail
here=$(dirname "$0")
. "$here/lib.sh"
. "$here/programs.sh"
: "${LESPOORT_LIST_NAMES:=1000000}"
classroom_sites+='
80 classroom-games.nl exact.classroom-hosts.nl classroom-own.nl classroom-new.nl'
test_classroom
folder=$classroom_dir/lists
mkdir "$folder" "$folder/games" "$folder/adult"
games=$folder/games/domains

# generate FIRST COUNT: names as UT1 has them: no order, some with www., an address now and then.
generate() {
    awk -v first="$1" -v count="$2" 'BEGIN {
        ends = split("com net org nl de ru info xyz fr top eu com.br co.uk", end, " ")
        words = split("play arcade casino my the free best online super fun x", word, " ")
        for (i = first; i < first + count; i++) {
            n = i * 7919 % 16777213
            printf "%s%s%x.%s\n", i % 9 ? "" : "www.", word[1 + i % words], n, end[1 + n % ends]
            if (i % 1000 == 999)
                printf "198.51.%d.%d\n", i / 1000 % 256, n % 256
        }
    }'
}
{
    generate 0 "$LESPOORT_LIST_NAMES"
    printf '%s\n' classroom-games.nl magister.net www.magister.net
} >"$games"
generate "$LESPOORT_LIST_NAMES" $((LESPOORT_LIST_NAMES / 5)) | gzip -1 >"$folder/adult/domains.gz"
printf '127.0.0.1 localhost\n0.0.0.0 exact.classroom-hosts.nl\n' >"$folder/hosts"
cp "$games" "$folder/whole"

# A hundred names of it, those in its first tenth, and those in its second half.
awk -v count="$LESPOORT_LIST_NAMES" -v to="$folder" '
    /^198\.51\./ || ++n % int(count / 100) != 5 || n > count { next }
    { print >(to "/all") }
    n < count / 10 { print >(to "/early") }
    n > count / 2 { print >(to "/late") }' "$games"

hosts='{ id = "hosts"; title = "Hosts"; category = "extra"; path = "'$folder'/hosts"; format = "hosts"; }'
small='lists = ('$hosts'); lessons = { close = [ "social", "video" ]; };'
large='lists = ('$hosts',
    { id = "arcade"; title = "Games"; category = "games"; path = "'$folder'/games"; },
    { id = "grown-up"; title = "Adult"; category = "adult"; path = "'$folder'/adult"; });
lessons = { close = [ "social", "video", "games", "adult", "extra" ]; };'

stream() { download "$1" pupil --resolve "$2:443:$(site_address4 "$2")" "https://$2/stream"; }
flows_on() { # it gets more bytes, and never broke
    local size
    size=$(stat -c %s "$classroom_dir/$1.data")
    wait_for 10 download_growing "$1" $((size + 20000)) && not download_ended "$1"
}
was_reset() { wait_for 10 download_ended "$1" && equal "$(cut -d ' ' -f 1 "$classroom_dir/$1.result")" 56; }

# change COMMAND...: of lespoortctl; waits until the gate works by it.
change() {
    local before
    before=$(status 's["gate"]["generation"]')
    ctl "$@" >"$classroom_dir/change.log" 2>&1 || { sed 's/^/# /' "$classroom_dir/change.log"; return 1; }
    wait_for 10 generation_after "$before"
}

# all_are FATE: what DNS says of the names of the standard input.
all_are() {
    in_pupil "$classroom_lib/client.py" ask "$classroom_dns4" | awk -v fate="$1" '
        { count++ }
        $2 != fate { if (++failed <= 5) print "# " $0 }
        END { exit !count || failed }'
}
sampled() { all_are "$1" <"$folder/$2"; } # FATE early|late|all

school_config "$(lesson_now)" "$small"
programs_up
as_teacher grant youtube --zone 306 >/dev/null
wait_for 5 site pupil www.youtube.com || say 'the grant opens nothing'

big=500000000 rate=50000000
[ "$CLASSROOM_PATIENCE" = 1 ] || big=50000000 rate=2000000
download big pupil --limit-rate "$rate" "https://downloads.example.org/bytes/$big"
spawn questions pupil "$classroom_lib/client.py" keep "$classroom_dns4" downloads.example.org
spawn status gateway "$classroom_lib/client.py" watch /run/lespoort/control.sock
stream allowed www.magister.net
stream tube www.youtube.com
# Its mark says which list it is of: that one is known, and not closed yet. (What was open before its
# name stood in any list has no such mark, and is not cut off.)
stream listed exact.classroom-hosts.nl
for name in big allowed tube listed; do
    check "before the large lists: a download runs ($name)" wait_for 10 download_growing "$name" 20000
done
check 'their names are open' sampled unknown all

school_config "$(lesson_now)" "$large"
check "$LESPOORT_LIST_NAMES names are taken over" change reload
check 'an open connection to a listed name is reset' was_reset listed
for name in allowed tube; do check "others run on ($name)" flows_on "$name"; done
check 'a new connection to a listed name is reset' refused pupil www.classroom-games.nl
check 'listed names are closed' sampled closed all
below() { sed 's/^/a.b./' "$folder/all" | all_are closed; }
check 'and names below them' below
others() { sed 's/^/not-/' "$folder/all" | all_are unknown; }
check 'names that only look like them are not' others
gzipped() { gzip -dc "$folder/adult/domains.gz" | sed -n '1,20p' | all_are closed; }
check 'those of a compressed list are closed' gzipped
check 'of a list of hosts, the very name' all_are closed <<<exact.classroom-hosts.nl
check 'and nothing below it' all_are answered <<<below.exact.classroom-hosts.nl
check 'what is never blocked is open, listed or not' all_are answered <<<$'magister.net\nwww.magister.net'
check 'also for TLS' site pupil www.magister.net
check 'the staff room opens what is closed elsewhere' site staff www.classroom-games.nl

head -n $((LESPOORT_LIST_NAMES / 10)) "$folder/whole" >"$games"
timed ctl lists update arcade
check 'a list that shrank to a tenth is refused' equal "$(ctl lists | grep -ci refused)" 1
check 'and told' grep -qi 'refused' <<<"$last_output"
check 'the last good one stays' sampled closed late
check 'with --force it is taken' change lists update arcade --force
check 'names that it lacks are open' sampled unknown late
check 'those that it has are closed' sampled closed early
check 'it is rolled back' change lists rollback arcade
check 'all of its names are closed again' sampled closed all

check 'a name of our own, before' all_are answered <<<www.classroom-own.nl
check 'is added' change name add classroom-own.nl instagram
check 'and closed' all_are closed <<<www.classroom-own.nl
timed ctl name test www.classroom-own.nl
check 'and explained' grep -q -i instagram <<<"$last_output"
check 'it survives a reload' change reload
check 'as a part of Instagram' refused pupil www.classroom-own.nl
check 'is removed' change name remove classroom-own.nl instagram
check 'and open' all_are answered <<<www.classroom-own.nl

# A service in front of all others gives each of them another number.
sed -i 's/^services = (/&\n  { id = "newest"; title = "Newest"; category = "social"; core = [ "classroom-new.nl" ]; },/' \
    "$programs_dir/catalogue.conf"
check 'a new service comes first in the catalogue' change reload
check 'it is closed' refused pupil www.classroom-new.nl
for name in allowed tube; do check "what was open before keeps its rule ($name)" flows_on "$name"; done
check 'Instagram is closed' refused pupil www.instagram.com
check 'listed names, too' sampled closed all
check 'YouTube is open by its grant' site pupil www.youtube.com
as_teacher revoke >/dev/null
check 'until that is withdrawn: the old connection is reset' was_reset tube
check 'new ones, too' refused pupil www.youtube.com
check 'what is allowed ran on through all of it' flows_on allowed

gap=$((2000 * CLASSROOM_PATIENCE))
halt questions
read -r asked answered repeated longest <"$classroom_dir/questions.log"
echo "# DNS: $asked questions, $((asked - answered)) without an answer, $repeated asked twice," \
    "at most $longest ms between two answers"
check 'each question was answered all the time' equal "$asked" "$answered"
check 'and there were some' test "$asked" -gt 100
# nftables: what waits in the queue while the table is replaced is lost.
lost=0
[ "$(status 's["gate"]["backend"]')" != nftables ] ||
    lost=$(($(grep -c 'rules are in place' "$classroom_dir/gate.log") - 1))
check 'none had to be asked twice, but when rules were replaced' test "$repeated" -le "$lost"
check 'without a gap of two seconds' test "$longest" -lt "$gap"
halt status
read -r answered compiling longest <"$classroom_dir/status.log"
echo "# status: $answered answers, $compiling of them while names were compiled," \
    "at most $longest ms between two answers"
check 'lespoortd answered while it compiled' test "$compiling" -gt 0
check 'also without a gap of two seconds' test "$longest" -lt "$gap"
check 'the large download came through' wait_for 60 download_ended big
check 'whole' equal "$(cut -d' ' -f1,2 "$classroom_dir/big.result")" "0 $big"

finish
