#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The bell, a grant, its withdrawal and the end of the lesson, on connections that are open.
set -euo pipefail
here=$(dirname "$0")
. "$here/lib.sh"
. "$here/programs.sh"
test_classroom

big=1000000000
rate=60000000
[ "$CLASSROOM_PATIENCE" = 1 ] || big=100000000 rate=4000000
# Bells have whole minutes: the next one that leaves time to begin with.
lead=$((15 * (CLASSROOM_PATIENCE > 1 ? 3 : 1)))
bell=$((($(now) + lead + 59) / 60 * 60))
school_config "$(bell 3 "$bell" $((bell + 3600)))"
programs_up

stream() { download "$1" pupil --resolve "$2:443:$(site_address4 "$2")" "https://$2/stream"; }
curl_ended() { [ "$(cut -d' ' -f1 "$classroom_dir/$1.result")" = "$2" ]; }

check 'before the lesson Instagram is open' site pupil www.instagram.com
check 'and YouTube' site pupil www.youtube.com
# The download has not ended, seen before the bell.
runs_until_bell() {
    wait_for 10 just_before_bell
    ! download_ended insta && [ "$(now)" -lt "$bell" ]
}
just_before_bell() { [ "$(date +%s%N)" -ge $((bell * 1000000000 - 400000000 * CLASSROOM_PATIENCE)) ]; }
stream insta www.instagram.com
check 'a download from Instagram runs' wait_for 10 download_growing insta 20000
near_bell() { [ "$(now)" -ge $((bell - 6 - CLASSROOM_PATIENCE)) ]; }
wait_for 75 near_bell
download big pupil --limit-rate "$rate" "https://downloads.example.org/bytes/$big"
check 'a large download of an allowed site runs' wait_for 10 download_growing big 1000000
check 'until the bell the one from Instagram runs on' runs_until_bell

at_bell() { [ "$(now)" -ge "$bell" ]; }
wait_for 10 at_bell
check 'at the bell the download from Instagram ends' wait_for 5 download_ended insta
check 'by a reset' curl_ended insta 56
check 'the server was told, too' wait_for 10 grep -q '^closed.*instagram.com /stream' "$classroom_dir/internet.events"
check 'new ones are refused' refused pupil www.instagram.com
check 'YouTube is refused' refused pupil www.youtube.com
check 'Magister works' site pupil www.magister.net
check 'the staff room has no lesson' site staff www.instagram.com

open_by_grant() { as_teacher grant youtube --zone 306 && wait_for 3 site pupil www.youtube.com; }
timed open_by_grant
check 'a teacher grants YouTube, and it opens' equal "$last_status" 0
check 'without a wait' soon
check 'but not in the next room' refused pupil2 www.youtube.com
check 'nor is Instagram' refused pupil www.instagram.com
stream tube www.youtube.com
check 'a download from YouTube runs' wait_for 10 download_growing tube 20000
timed as_teacher revoke
check 'the teacher withdraws it' equal "$last_status" 0
check 'the download from YouTube ends' wait_for 3 download_ended tube
check 'by a reset as well' curl_ended tube 56
check 'new ones are refused again' refused pupil www.youtube.com

check 'the large download came through whole' wait_for 60 download_ended big
check 'without an error' equal "$(cut -d' ' -f1,2 "$classroom_dir/big.result")" "0 $big"

school_config "$(lesson_later)"
check 'the lesson ends' reload
check 'then Instagram is open' wait_for 1 site pupil www.instagram.com

finish
