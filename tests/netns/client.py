#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Clients that curl and dig cannot play. Each prints what it met.

  client.py dns SERVER udp|tcp NAME TYPE...   all questions at once over one socket; a line each:
                                              TYPE RCODE EDE TTL-OF-SOA same|changed ANSWERS
  client.py hello ADDRESS NAME CUT...         a ClientHello in segments cut there: answered, reset,
                                              refused, closed or silent
  client.py http ADDRESS HOST...              requests on one connection: a status or reset each
  client.py quic ADDRESS                      an Initial: answered, refused or silent

Of many names, one per line of the standard input; SERVER is that of DNS:

  client.py ask SERVER [TYPE]                 a line each: NAME DNS, where DNS is answered, closed
                                              (the gate says so), unknown or what became of it
  client.py reach SERVER ADDRESS CA           a line each: NAME DNS TLS QUIC: the question, a page
                                              by TLS and an Initial, both to that address

Until it is ended by SIGTERM:

  client.py keep SERVER NAME                  asks DNS again and again, each question once more after
                                              a second, as devices do; at the end: questions, those
                                              answered, those repeated, ms between two answers at most
  client.py watch SOCKET                      the same with the status of lespoortd; at the end:
                                              answers, those that came while it compiled, ms between
                                              two answers at most
"""

import concurrent.futures
import fcntl
import json
import os
import random
import select
import signal
import socket
import ssl
import struct
import sys
import termios
import time

PATIENCE = 5 * int(os.environ.get("CLASSROOM_PATIENCE", "1"))
TYPES = {"A": 1, "AAAA": 28, "HTTPS": 65, "TXT": 16}
OPT, SOA, EDE = 41, 6, 15
BLOCKED = 15  # RFC 8914
NXDOMAIN = 3
AT_ONCE = 8
PAUSE = 0.02  # of `keep` and `watch`
REPEAT = PATIENCE / 5


def fate(error):
    """What became of a connection."""
    kinds = {ConnectionResetError: "reset", ConnectionRefusedError: "refused",
             TimeoutError: "silent", socket.timeout: "silent"}
    return kinds.get(type(error), type(error).__name__)


def question(name, kind):
    """A question as clients send it: random case, EDNS with a cookie."""
    labels = b"".join(bytes([len(label)]) + label.encode() for label in name.split(".")) + b"\0"
    body = labels + struct.pack("!HH", TYPES[kind], 1)
    cookie = struct.pack("!HH", 10, 8) + random.randbytes(8)
    opt = b"\0" + struct.pack("!HHIH", OPT, 1232, 0, len(cookie)) + cookie
    number = random.randrange(65536)
    return number, struct.pack("!HHHHHH", number, 0x0120, 1, 0, 0, 1) + body + opt, body


def skip_name(message, at):
    while message[at] and message[at] < 0xC0:
        at += 1 + message[at]
    return at + (2 if message[at] else 1)


def describe(message, body):
    """(rcode, EDE code, TTL of the SOA, question echoed, number of answers)"""
    _, flags, questions, answers, authority, more = struct.unpack("!HHHHHH", message[:12])
    same = questions == 1 and message[12:12 + len(body)] == body
    at, ede, ttl = 12 + len(body), "-", "-"
    for _ in range(answers + authority + more):
        at = skip_name(message, at)
        kind, _, life, length = struct.unpack("!HHIH", message[at:at + 10])
        data = message[at + 10:at + 10 + length]
        at += 10 + length
        if kind == SOA:
            ttl = life
        while kind == OPT and len(data) >= 4:
            option, size = struct.unpack("!HH", data[:4])
            if option == EDE:
                ede = struct.unpack("!H", data[4:6])[0]
            data = data[4 + size:]
    return flags & 15, ede, ttl, "same" if same else "changed", answers


def receive_exactly(sock, count):
    data = b""
    while len(data) < count:
        more = sock.recv(count - len(data))
        if not more:
            raise EOFError
        data += more
    return data


def receive_tcp(sock):
    return receive_exactly(sock, struct.unpack("!H", receive_exactly(sock, 2))[0])


def family_of(address):
    return socket.AF_INET6 if ":" in address else socket.AF_INET


def dns(server, transport, name, *kinds):
    family = family_of(server)
    name = "".join(random.choice((c.lower(), c.upper())) for c in name)
    stream = transport == "tcp"
    asked = {}
    with socket.socket(family, socket.SOCK_STREAM if stream else socket.SOCK_DGRAM) as sock:
        sock.settimeout(PATIENCE)
        # Connected: only an answer from the address that was asked counts.
        sock.connect((server, 53))
        for kind in kinds:
            number, message, body = question(name, kind)
            asked[number] = (kind, body)
            sock.send((struct.pack("!H", len(message)) if stream else b"") + message)
        try:
            while asked:
                message = receive_tcp(sock) if stream else sock.recv(65536)
                number = struct.unpack("!H", message[:2])[0]
                if number in asked:
                    kind, body = asked.pop(number)
                    print(kind, *describe(message, body))
        except (OSError, EOFError) as error:
            print("unanswered", *(kind for kind, _ in asked.values()), fate(error))


def client_hello(name):
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = ssl.create_default_context().wrap_bio(incoming, outgoing, server_hostname=name)
    try:
        tls.do_handshake()
    except ssl.SSLWantReadError:
        pass
    return outgoing.read()


def hello(address, name, *cuts):
    data = client_hello(name)
    edges = [0] + [int(cut) for cut in cuts] + [len(data)]
    with socket.create_connection((address, 443), PATIENCE) as sock:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            for start, end in zip(edges, edges[1:]):
                sock.sendall(data[start:end])
                # Each piece leaves alone: the next only when this one was acknowledged.
                wait_acknowledged(sock)
            print("answered" if sock.recv(1) else "closed")
        except OSError as error:
            print(fate(error))


def wait_acknowledged(sock):
    """Until nothing sent is unacknowledged (SIOCOUTQ), or the connection has failed."""
    failed = select.poll()
    failed.register(sock, select.POLLERR | select.POLLHUP)
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and not failed.poll(2):
        if struct.unpack("i", fcntl.ioctl(sock, termios.TIOCOUTQ, bytes(4)))[0] == 0:
            return


def http(address, *hosts):
    with socket.create_connection((address, 80), PATIENCE) as sock:
        for host in hosts:
            try:
                sock.sendall(f"GET / HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
                print(sock.recv(65536)[9:12].decode() or "closed")
            except OSError as error:
                print(fate(error))
                return


def quic_fate(address):
    """The long header of a QUIC version 1 Initial (RFC 9000, 17.2.2), padded to 1200 bytes."""
    header = b"\xc3" + struct.pack("!I", 1) + b"\x08" + random.randbytes(8) + b"\x00\x00"
    rest = 1200 - len(header) - 2
    packet = header + struct.pack("!H", 0x4000 | rest) + random.randbytes(rest)
    with socket.socket(family_of(address), socket.SOCK_DGRAM) as sock:
        sock.settimeout(PATIENCE)
        sock.connect((address, 443))
        try:
            sock.send(packet)
            sock.recv(65536)
            return "answered"
        except OSError as error:
            return fate(error)


def quic(address):
    print(quic_fate(address))


def dns_fate(server, name, kind, patience=PATIENCE):
    number, message, body = question(name, kind)
    with socket.socket(family_of(server), socket.SOCK_DGRAM) as sock:
        sock.settimeout(patience)
        sock.connect((server, 53))
        try:
            sock.send(message)
            answer = sock.recv(65536)
        except OSError as error:
            return fate(error)
    rcode, ede, _, same, answers = describe(answer, body)
    if struct.unpack("!H", answer[:2])[0] != number or same != "same":
        return "changed"
    if rcode == NXDOMAIN:
        return "closed" if ede == BLOCKED else "unknown"
    return "answered" if rcode == 0 and answers > 0 else f"rcode-{rcode}"


def tls_fate(address, name, context):
    """A whole handshake, with the right certificate, and a page."""
    try:
        with socket.create_connection((address, 443), PATIENCE) as sock, \
                context.wrap_socket(sock, server_hostname=name) as tls:
            tls.sendall(f"GET / HTTP/1.1\r\nHost: {name}\r\n\r\n".encode())
            return "answered" if tls.recv(65536).startswith(b"HTTP/1.1 200 ") else "closed"
    except OSError as error:
        return fate(error)


def for_each_name(fates):
    names = [line.strip() for line in sys.stdin]
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        for name, found in zip(names, pool.map(fates, names)):
            print(name, *found)


def ask(server, kind="A"):
    for_each_name(lambda name: [dns_fate(server, name, kind)])


def reach(server, address, authority):
    kind = "AAAA" if ":" in address else "A"
    context = ssl.create_default_context(cafile=authority)
    for_each_name(lambda name: [dns_fate(server, name, kind), tls_fate(address, name, context),
                                quic_fate(address)])


def until_told(ask_once):
    """Again and again until SIGTERM; the most ms between two answers, its ends included."""
    ended = []
    signal.signal(signal.SIGTERM, lambda *_: ended.append(True))
    longest, before = 0, time.monotonic()
    while not ended:
        answered = ask_once()
        now = time.monotonic()
        longest = max(longest, now - before)
        before = now if answered else before
        time.sleep(PAUSE)
    return round(1000 * longest)


def keep(server, name):
    fates, repeated = [], []

    def ask_once():
        fates.append(dns_fate(server, name, "A", REPEAT))
        if fates[-1] == "silent":
            repeated.append(name)
            fates[-1] = dns_fate(server, name, "A")
        return fates[-1] == "answered"

    longest = until_told(ask_once)
    print(len(fates), fates.count("answered"), len(repeated), longest)


def watch(path):
    answers = []
    with socket.socket(socket.AF_UNIX) as sock:
        sock.connect(path)
        lines = sock.makefile("rw", encoding="utf-8")
        lines.readline()

        def ask_once():
            print('{"verb":"status"}', file=lines, flush=True)
            answers.append(json.loads(lines.readline())["result"]["names"])
            return True

        longest = until_told(ask_once)
    print(len(answers), sum("compiling" in names for names in answers), longest)


if __name__ == "__main__":
    VERBS = (dns, hello, http, quic, ask, reach, keep, watch)
    {verb.__name__: verb for verb in VERBS}[sys.argv[1]](*sys.argv[2:])
