#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The servers of the classroom's internet: HTTPS on 443, HTTP on 80, TCP echo on 7, UDP echo on
7, 443 (what a QUIC server looks like to one that only wants an answer) and 3478 (a call).

  internet.py CERT KEY LOG ADDRESS...

HTTP paths: /bytes/N sends N bytes, /stream sends a little every 50 ms until the client is gone,
/trickle still less, /echo gives back what comes, and 64 zeros when nothing does, all else says which name was asked. One line goes
to LOG for each thing that happens, but for calls:

  ready
  bytes PROTO PEER          first bytes of a connection have arrived, before anything is read
  request PROTO NAME PATH
  closed PROTO NAME PATH HOW      HOW: done, or the error that ended it
"""

import re
import socket
import ssl
import sys
import threading
import time

CHUNK = bytes(1 << 20)
STREAMS = {"/stream": bytes(4096), "/trickle": bytes(256)}
HEAD_MAX = 65536
CALL_PORT = 3478
PING_AFTER, PING = 1, bytes(64)

log_lock = threading.Lock()


def log(*words):
    with log_lock:
        print(*words, file=LOG, flush=True)


def read_head(conn):
    """One request head, or None at the end of the connection."""
    head = b""
    while b"\r\n\r\n" not in head:
        more = conn.recv(65536)
        if not more or len(head) > HEAD_MAX:
            return None
        head += more
    return head.decode("latin-1")


def send_bytes(conn, count):
    while count > 0:
        conn.sendall(CHUNK[:count])
        count -= len(CHUNK)


def echo(conn):
    """Gives back what comes, and speaks up by itself when nothing does, as WebSocket servers do."""
    conn.settimeout(PING_AFTER)
    while True:
        try:
            data = conn.recv(65536)
        except TimeoutError:
            data = PING
        if not data:
            return
        conn.sendall(data)


def respond(conn, name, path):
    """Sends one answer; false when the connection cannot be used again."""
    sized = re.fullmatch(r"/bytes/(\d+)", path)
    if sized:
        count = int(sized[1])
        conn.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % count)
        send_bytes(conn, count)
        return True
    if path in STREAMS:
        conn.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
        while True:
            conn.sendall(STREAMS[path])
            time.sleep(0.05)
    if path == "/echo":
        conn.sendall(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n")
        echo(conn)
        return False
    body = f"hello from {name}\n".encode()
    conn.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
    return True


def serve_http(conn, proto):
    name = path = "-"
    try:
        while True:
            head = read_head(conn)
            if head is None:
                break
            path = head.split(" ", 2)[1]
            host = re.search(r"(?im)^host:\s*(\S+)", head)
            name = host[1] if host else "-"
            log("request", proto, name, path)
            if not respond(conn, name, path):
                break
        how = "done"
    except OSError as error:
        how = type(error).__name__
    if path != "-":
        log("closed", proto, name, path, how)


def on_https(conn, peer):
    if not conn.recv(1, socket.MSG_PEEK):
        return
    log("bytes", "https", peer)
    with TLS.wrap_socket(conn, server_side=True) as wrapped:
        serve_http(wrapped, "https")


def on_http(conn, peer):
    if not conn.recv(1, socket.MSG_PEEK):
        return
    log("bytes", "http", peer)
    serve_http(conn, "http")


def on_echo(conn, peer):
    log("bytes", "echo", peer)
    while True:
        data = conn.recv(65536)
        if not data:
            return
        conn.sendall(data)


def connection(handler, conn, peer):
    with conn:
        conn.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            handler(conn, peer)
        except (OSError, ssl.SSLError):
            pass


def tcp(port, handler):
    listener = socket.create_server(("::", port), family=socket.AF_INET6, backlog=1024,
                                    dualstack_ipv6=True)

    def accept():
        while True:
            conn, peer = listener.accept()
            threading.Thread(target=connection, args=(handler, conn, peer[0]), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()


def udp_echo(address, port):
    """One socket per address, so that the answer comes from the address that was asked."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_DGRAM)
    sock.bind((address, port))

    def echo():
        while True:
            try:
                data, peer = sock.recvfrom(65536)
                if port != CALL_PORT:
                    log("datagram", port, peer[0])
                sock.sendto(data, peer)
            except OSError:
                continue  # an ICMP error for an earlier answer

    threading.Thread(target=echo, daemon=True).start()


if __name__ == "__main__":
    LOG = open(sys.argv[3], "a", encoding="ascii")
    TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    TLS.load_cert_chain(sys.argv[1], sys.argv[2])
    tcp(443, on_https)
    tcp(80, on_http)
    tcp(7, on_echo)
    for where in sys.argv[4:]:
        udp_echo(where, 443)
        udp_echo(where, 7)
        udp_echo(where, CALL_PORT)
    log("ready")
    threading.Event().wait()
