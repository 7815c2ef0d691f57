#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What a real browser makes of a lesson, over HTTP/2 and HTTP/3.
set -euo pipefail
here=$(dirname "$0")
. "$here/lib.sh"
. "$here/programs.sh"
for tool in chromium caddy; do
    command -v "$tool" >/dev/null || { echo "needs $tool"; exit 77; }
done
test_classroom

browser_user=nobody
browser_limit=$((10 * CLASSROOM_PATIENCE))
page_port=8080

# One server for HTTP/2 and HTTP/3 in place of the usual ones, with pages behind it.
servers_for_browsers() {
    local pki=$classroom_dir/pki site where=''
    while read -r site _; do
        where+=" 203.0.113.$site [2001:db8:113::$site]"
    done <<<"$classroom_sites"
    cat >"$classroom_dir/Caddyfile" <<CONFIG
{
    admin off
    auto_https off
}
:443 {
    bind$where
    tls $pki/site.pem $pki/site.key
    reverse_proxy 127.0.0.1:$page_port {
        header_up X-Proto {http.request.proto}
        flush_interval -1
    }
}
CONFIG
    halt servers
    spawn pages internet python3 "$classroom_lib/pages.py" "$page_port" "$classroom_dir/internet.events"
    spawn caddy internet env HOME="$classroom_dir" \
        caddy run --config "$classroom_dir/Caddyfile" --adapter caddyfile
    wait_for 10 site staff www.magister.net --http2 || { cat "$classroom_dir/caddy.log"; return 1; }
    # The browser takes the sites' one key, and no other that has no known authority.
    site_key=$(openssl x509 -in "$pki/site.pem" -pubkey -noout | openssl pkey -pubin -outform der |
        openssl dgst -sha256 -binary | base64)
    install -m 755 "$classroom_lib/browser.py" "$programs_dir/"
    mkfifo "$classroom_dir/to.browser" "$classroom_dir/from.browser"
    chown "$browser_user" "$classroom_dir"/*.browser
}

# browser_up HOST PROFILE [OPTION...]: its sandbox is on, and it has a folder of its own.
browser_up() {
    local host=$1 profile=$classroom_dir/profile.$2 said
    shift 2
    install -d -o "$browser_user" -m 700 "$profile"
    # shellcheck disable=SC2016 # expands in the inner shell
    spawn browser "$host" setpriv --reuid "$browser_user" --regid nogroup --clear-groups \
        env -i PATH=/usr/bin:/bin sh -c 'cd "$1" && exec <to.browser >from.browser && shift && exec "$@"' \
        sh "$classroom_dir" python3 "$programs_dir/browser.py" "$profile" "$browser_limit" \
        "--ignore-certificate-errors-spki-list=$site_key" "$@"
    # Read and write: this does not wait for a browser that never came.
    exec {to_browser}<>"$classroom_dir/to.browser" {from_browser}<>"$classroom_dir/from.browser"
    said=$(answer_of_browser)
    [ "$said" = ready ] || { say "the browser does not work: $said"; browser_log; return 1; }
}
# The end of its input tells it to go.
browser_down() {
    exec {to_browser}>&- {from_browser}>&-
    wait_for 10 gone "${classroom_pid[browser]}" || true
    halt browser KILL
}

# browser COMMAND...: what it answers, see browser.py.
browser() {
    echo "$*" >&"$to_browser"
    answer_of_browser
}
# It limits itself; the limit here is for one that cannot.
answer_of_browser() {
    local said=''
    read -r -t $((3 * browser_limit)) -u "$from_browser" said || true
    echo "${said:-nothing}"
}
browser_log() { sed 's/^/# browser: /' "$classroom_dir/browser.log"; }
# browser_says WANTED COMMAND...: within the browser's limit, or it says "failed late".
browser_says() { equal "$(browser "${@:2}")" "$1"; }
# browser_fails HOW URL: HOW is a pattern of Chromium's errors (net::ERR_...).
browser_fails() {
    local said
    said=$(browser open "$2")
    [[ $said =~ ^failed\ net::ERR_($1)$ ]] || { echo "# $said"; return 1; }
}
no_name=NAME_NOT_RESOLVED no_tls=CONNECTION_RESET no_quic='QUIC_[A-Z_]*'
# pages PATTERN: how many pages the servers gave; not their icons, which come when they like.
pages() { events "^request $1 /$"; }
hello() { echo "$1 200 hello from $2"; }
# follows PROTOCOL URL: a page that never ends comes, and goes on coming.
follows() { browser_says "$1 200" follow "$2" && wait_for 5 more_lines; }
more_lines() { [ "$(browser lines)" -gt 5 ]; }
cut_off() {
    local how
    how=$(browser end)
    case $how in
        'failed net::ERR_'*) ;;
        *) echo "# $how"; return 1 ;;
    esac
}
server_knows() { # NAME
    wait_for 10 grep -q "^closed HTTP/2.0 $1 /stream" "$classroom_dir/internet.events"
}

quic() { zone_settings="quic = \"$1\""; }
# A site can say that it has HTTP/3. For one without a known authority Chromium believes that only
# of names that this option knows; another port, as on 443 it would not go back to TCP.
believe() { echo "--origin-to-force-quic-on=$1:444"; }
only_quic() { echo "--origin-to-force-quic-on=$1:443"; }
without_dns() { echo "--host-resolver-rules=MAP $1 $2"; }

instagram=www.instagram.com magister=www.magister.net youtube=www.youtube.com
servers_for_browsers
# As the manual says: each refusal of QUIC is an ICMP message.
in_gateway sysctl -qe -p "$programs_root/systemd/lespoort.sysctl" 2>/dev/null || true
quic pass
school_config "$(lesson_now)"
programs_up

# ---- HTTP/3 where it may pass, and back to TCP where it may not ----

browser_up pupil dns "$(only_quic $instagram)"
check 'HTTP/3: a closed site does not come: DNS does not know it' \
    browser_fails $no_name "https://$instagram/"
browser_down
browser_up pupil first "$(believe $magister)"
check 'HTTP/2: an open site comes' browser_says "$(hello h2 $magister)" open "https://$magister/"
check 'HTTP/3: so it does when the site has offered that' \
    wait_for 10 browser_says "$(hello h3 $magister)" open "https://$magister/"
check 'as the server says' test "$(pages "HTTP/3.0 $magister")" -gt 0
quic reject
school_config "$(lesson_now)"
reload
by_quic=$(pages "HTTP/3.0 $magister")
check 'QUIC is rejected from now on: the browser goes back to TCP' \
    browser_says "$(hello h2 $magister)" open "https://$magister/"
browser_down
browser_up pupil first "$(believe $magister)"
check 'one that remembers the offer from before as well' \
    browser_says "$(hello h2 $magister)" open "https://$magister/"
browser_down
check 'nothing came over HTTP/3 any more' equal "$(pages "HTTP/3.0 $magister")" "$by_quic"

# ---- a closed site ----

browser_up pupil closed
check 'closed: DNS does not know it' browser_fails $no_name "https://$instagram/"
browser_down
for address in "$(site_address4 $instagram)" "[$(site_address6 $instagram)]"; do
    browser_up pupil closed "$(without_dns $instagram "$address")"
    check "closed, without DNS: TLS is reset ($address)" \
        browser_fails $no_tls "https://$instagram/"
    browser_down
    browser_up pupil closed "$(without_dns $instagram "$address")" "$(only_quic $instagram)"
    check "closed, without DNS: QUIC is refused ($address)" \
        browser_fails "$no_quic" "https://$instagram/"
    browser_down
done
check 'its server got no request' equal "$(events "^request.*$instagram")" 0
browser_up staff tls "$(without_dns $instagram "$(site_address4 $instagram)")"
check 'in the staff room it comes the same way (HTTP/2)' \
    browser_says "$(hello h2 $instagram)" open "https://$instagram/"
browser_down
browser_up staff quic "$(without_dns $instagram "$(site_address4 $instagram)")" "$(only_quic $instagram)"
check 'and over HTTP/3' browser_says "$(hello h3 $instagram)" open "https://$instagram/"
browser_down

# ---- a page that is open when a grant ends, or a lesson begins ----

# A browser remembers an address for a while: of a name that it knew it meets TLS or QUIC.
browser_up pupil grant
check 'YouTube is closed' browser_fails $no_name "https://$youtube/"
as_teacher grant youtube --zone 306 >/dev/null
check 'granted, it comes in the same browser' \
    wait_for 10 browser_says "$(hello h2 $youtube)" open "https://$youtube/"
check 'so does a page of it that never ends' follows h2 "https://$youtube/stream"
requests=$(pages ".*$youtube")
as_teacher revoke >/dev/null
check 'the grant is withdrawn: that page is cut' cut_off
check 'its server knows' server_knows $youtube
check 'it does not come again' browser_fails "$no_name|$no_tls" "https://$youtube/"
check 'its server got no request' equal "$(pages ".*$youtube")" "$requests"
as_teacher grant youtube --zone 306 >/dev/null
check 'granted again, it comes again' \
    wait_for 10 browser_says "$(hello h2 $youtube)" open "https://$youtube/"
as_teacher revoke >/dev/null
browser_down

for protocol in h2 h3; do
    option=--disable-quic
    [ $protocol = h2 ] || option=$(only_quic $instagram)
    school_config "$(lesson_later)"
    reload
    browser_up pupil "bell.$protocol" "$option"
    check "$protocol: no lesson: a page that never ends" follows $protocol "https://$instagram/stream"
    requests=$(pages ".*$instagram")
    school_config "$(lesson_now)"
    reload
    check "$protocol: a lesson begins: it is cut" cut_off
    check "$protocol: it does not come again" browser_fails "$no_name|$no_tls|$no_quic" "https://$instagram/"
    check "$protocol: its server got no request" equal "$(pages ".*$instagram")" "$requests"
    browser_down
done

[ "$test_failed" = 0 ] || browser_log
finish
