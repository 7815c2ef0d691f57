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
to_browser=8 from_browser=9
page_port=8080

# One server for HTTP/2 and HTTP/3 in place of the usual ones, with pages behind it.
servers_for_browsers() {
    local pki=$classroom_dir/pki site addresses=''
    while read -r site _; do
        addresses+=" 203.0.113.$site [2001:db8:113::$site]"
    done <<<"$classroom_sites"
    cat >"$classroom_dir/Caddyfile" <<CONFIG
{
    admin off
    auto_https off
}
:443 {
    bind$addresses
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
    exec 8<>"$classroom_dir/to.browser" 9<>"$classroom_dir/from.browser"
    read -r -t $((3 * browser_limit)) -u "$from_browser" said && [ "$said" = ready ] ||
        { say 'the browser does not work'; sed 's/^/# browser: /' "$classroom_dir/browser.log"; return 1; }
}
# The end of its input tells it to go.
browser_down() {
    exec 8>&- 9>&-
    wait_for 10 gone "${classroom_pid[browser]}" || true
    halt browser KILL
}

# browser COMMAND...: what it answers, see browser.py.
browser() {
    local said='nothing'
    echo "$*" >&"$to_browser"
    read -r -t $((2 * browser_limit)) -u "$from_browser" said || true
    echo "$said"
}
# browser_says WANTED COMMAND...: within the browser's limit, or it says "failed late".
browser_says() { equal "$(browser "${@:2}")" "$1"; }
# A browser remembers addresses for a minute: what it met is DNS or, when it knew one, TLS.
browser_refused() {
    case $(browser open "$1") in
        'failed net::ERR_NAME_NOT_RESOLVED' | 'failed net::ERR_CONNECTION_RESET') ;;
        *) return 1 ;;
    esac
}
hello() { echo "$1 200 hello from $2"; }
# follows PROTOCOL URL: a page that never ends comes, and goes on coming.
follows() { browser_says "$1 200" follow "$2" && wait_for 5 more_lines; }
more_lines() { [ "$(browser lines)" -gt 5 ]; }
# The page is cut, and its server knows.
cut_off() { # NAME
    local how
    how=$(browser end)
    case $how in
        'failed net::ERR_'*) ;;
        *) echo "# $how"; return 1 ;;
    esac
    wait_for 10 grep -q "^closed HTTP/[23].0 $1 /stream" "$classroom_dir/internet.events"
}

quic() { zone_settings="quic = \"$1\""; }
# A site can say that it has HTTP/3. For one without a known authority Chromium believes that only
# of names that this option knows; another port, as on 443 it would not go back to TCP.
believe() { echo "--origin-to-force-quic-on=$1:444"; }
only_quic() { echo "--origin-to-force-quic-on=$1:443"; }
without_dns() { echo "--host-resolver-rules=MAP $1 $2"; }

instagram=www.instagram.com magister=www.magister.net youtube=www.youtube.com
servers_for_browsers
quic pass
school_config "$(lesson_now)"
programs_up

# ---- HTTP/3 where it may pass, and back to TCP where it may not ----

browser_up pupil first "$(believe $magister)"
check 'HTTP/2: an open site comes' browser_says "$(hello h2 $magister)" open "https://$magister/"
check 'HTTP/3: so it does when the site has offered that' \
    wait_for 10 browser_says "$(hello h3 $magister)" open "https://$magister/"
check 'as the server says' test "$(events "^request HTTP/3.0 $magister / *$")" -gt 0
quic reject
school_config "$(lesson_now)"
reload
by_quic=$(events '^request HTTP/3')
check 'QUIC is rejected from now on: the browser goes back to TCP' \
    browser_says "$(hello h2 $magister)" open "https://$magister/"
browser_down
browser_up pupil first "$(believe $magister)"
check 'one that remembers the offer from before as well' \
    browser_says "$(hello h2 $magister)" open "https://$magister/"
browser_down
check 'nothing came over HTTP/3 any more' equal "$(events '^request HTTP/3')" "$by_quic"

# ---- a closed site ----

closed_site() { # HOW
    local address
    browser_up pupil "$1.dns"
    check "QUIC is to $1, closed: DNS does not know it" \
        browser_says 'failed net::ERR_NAME_NOT_RESOLVED' open "https://$instagram/"
    browser_down
    for address in "$(site_address4 $instagram)" "[$(site_address6 $instagram)]"; do
        browser_up pupil "$1.tls" "$(without_dns $instagram "$address")"
        check "QUIC is to $1, closed: TLS is reset ($address)" \
            browser_says 'failed net::ERR_CONNECTION_RESET' open "https://$instagram/"
        browser_down
        browser_up pupil "$1.quic" "$(without_dns $instagram "$address")" "$(only_quic $instagram)"
        check "QUIC is to $1, closed: QUIC is refused ($address)" \
            browser_says 'failed net::ERR_QUIC_PROTOCOL_ERROR' open "https://$instagram/"
        browser_down
    done
}
closed_site reject
quic pass
school_config "$(lesson_now)"
reload
closed_site pass
check 'its server got no request' equal "$(events "^request.*instagram")" 0
browser_up staff tls "$(without_dns $instagram "$(site_address4 $instagram)")"
check 'in the staff room it comes the same way (HTTP/2)' \
    browser_says "$(hello h2 $instagram)" open "https://$instagram/"
browser_down
browser_up staff quic "$(only_quic $instagram)"
check 'and over HTTP/3' browser_says "$(hello h3 $instagram)" open "https://$instagram/"
browser_down

# ---- a page that is open when a grant ends, or a lesson begins ----

for protocol in h2 h3; do
    option=--disable-quic
    [ $protocol = h2 ] || option=$(only_quic $youtube)
    browser_up pupil "grant.$protocol" "$option"
    check "$protocol: YouTube is closed" \
        browser_says 'failed net::ERR_NAME_NOT_RESOLVED' open "https://$youtube/"
    as_teacher grant youtube --zone 306 >/dev/null
    check "$protocol: granted, it comes in the same browser" \
        wait_for 10 browser_says "$(hello $protocol $youtube)" open "https://$youtube/"
    : >"$classroom_dir/internet.events"
    check "$protocol: a page of it that never ends" follows $protocol "https://$youtube/stream"
    as_teacher revoke >/dev/null
    check "$protocol: the grant is withdrawn: the page is cut" cut_off $youtube
    : >"$classroom_dir/internet.events"
    [ $protocol = h3 ] ||
        check "$protocol: and does not come again" browser_refused "https://$youtube/"
    check "$protocol: nor any other" not browser_says "$(hello $protocol $youtube)" open "https://$youtube/"
    check "$protocol: its server got no request" equal "$(events '^request')" 0
    as_teacher grant youtube --zone 306 >/dev/null
    check "$protocol: granted again, it comes again" \
        wait_for 10 browser_says "$(hello $protocol $youtube)" open "https://$youtube/"
    as_teacher revoke >/dev/null
    browser_down
done

school_config "$(lesson_later)"
reload
browser_up pupil bell
check 'no lesson: Instagram has a page that never ends' follows h2 "https://$instagram/stream"
school_config "$(lesson_now)"
reload
check 'a lesson begins: the page is cut' cut_off $instagram
check 'and does not come again' browser_refused "https://$instagram/"
browser_down

[ "$test_failed" = 0 ] || sed 's/^/# browser: /' "$classroom_dir/browser.log"
finish
