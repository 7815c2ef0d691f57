#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Records the first flight of real TLS clients on the loopback interface into tls/*.hex.
# Needs openssl, curl, gnutls-cli, wget and python3. The vectors are committed: run this to add
# a client or a newer version, and look at the difference.
set -eu
cd "$(dirname "$0")/tls"
work=$(mktemp -d)
listener=
trap 'rm -rf "$work"; [ -z "$listener" ] || kill "$listener" 2>/dev/null || true' EXIT

# Accepts one connection, keeps what arrives until the client has been silent for a moment, and
# closes. The port appears in a named pipe, so that nobody waits for nothing.
listen() {
    python3 - "$work/port" "$work/bytes" <<'PYTHON'
import socket, sys

server = socket.create_server(("127.0.0.1", 0))
server.settimeout(20)
with open(sys.argv[1], "w") as port:
    print(server.getsockname()[1], file=port)
client, _ = server.accept()
client.settimeout(0.5)
data = b""
try:
    while more := client.recv(65536):
        data += more
except (TimeoutError, ConnectionError):
    pass
with open(sys.argv[2], "wb") as out:
    out.write(data)
PYTHON
}

# record FILE NAME VERSION COMMAND...: NAME is what the hello must ask for, "-" for nothing;
# PORT in the command stands for the listener's port.
record() {
    file=$1 name=$2 version=$3
    shift 3
    rm -f "$work/port" "$work/bytes"
    mkfifo "$work/port"
    listen &
    listener=$!
    read -r port <"$work/port"
    # The port is another one every time: keep it out of the file.
    shown="$*"
    for word; do
        shift
        set -- "$@" "$(printf %s "$word" | sed "s/PORT/$port/")"
    done
    "$@" </dev/null >/dev/null 2>&1 || true # the handshake never ends well
    wait "$listener"
    listener=
    {
        echo "# client: $version"
        echo "# command: $shown"
        echo "# name: $name"
        od -An -v -tx1 "$work/bytes"
    } >"$file.hex"
    echo "$file: $(wc -c <"$work/bytes") bytes"
}

first_line() { "$@" 2>&1 | head -n 1; }
openssl=$(openssl version | cut -d' ' -f1,2)
curl=$(curl --version | head -n 1 | cut -d' ' -f1,2)
gnutls=$(first_line gnutls-cli --version)
wget=$(first_line wget --version | cut -d' ' -f1-3)
alpn=$(seq -f 'lespoort-test-protocol-%03g' -s, 1 20)

record openssl-tls13 www.example.org "$openssl" \
    openssl s_client -connect 127.0.0.1:PORT -servername www.example.org
record openssl-tls12 www.example.org "$openssl" \
    openssl s_client -connect 127.0.0.1:PORT -servername www.example.org -tls1_2
record openssl-no-name - "$openssl" \
    openssl s_client -connect 127.0.0.1:PORT -noservername
record openssl-mixed-case www.example.org "$openssl" \
    openssl s_client -connect 127.0.0.1:PORT -servername WwW.eXample.ORG.
record openssl-two-records www.example.org "$openssl" \
    openssl s_client -connect 127.0.0.1:PORT -servername www.example.org -max_send_frag 512 \
    -alpn "$alpn"
record curl-http2 www.example.org "$curl" \
    curl -k --max-time 5 --connect-to ::127.0.0.1:PORT https://www.example.org/
record curl-address - "$curl" \
    curl -k --max-time 5 https://127.0.0.1:PORT/
record gnutls www.example.org "$gnutls" \
    gnutls-cli --insecure --sni-hostname www.example.org -p PORT 127.0.0.1
record gnutls-tls12 www.example.org "$gnutls" \
    gnutls-cli --insecure --priority NORMAL:-VERS-ALL:+VERS-TLS1.2 \
    --sni-hostname www.example.org -p PORT 127.0.0.1
record wget localhost "$wget" \
    wget --tries=1 --timeout=5 --no-check-certificate -O - https://localhost:PORT/
