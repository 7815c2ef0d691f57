#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Clients that stay, and clients that come again and again. Each prints

  going N            now and then: exchanges so far
  end HOW TIME       a connection was ended by somebody else: reset, refused, closed, silent, and
                     when, in seconds since 1970
  longest MS         at SIGTERM: between two answers at most

  alive.py talk ADDRESS NAME CA COUNT PAUSE     COUNT connections over TLS like a WebSocket: a
                                                message, its echo, a pause in seconds
  alive.py call ADDRESS PORT [initial]          a UDP call: 50 STUN-like datagrams a second, the
                                                echo of each; "initial": a QUIC Initial first
  alive.py pipe COMMAND...                      lines to a command that gives them back
  alive.py visit ADDRESS NAME CA                new connections to an open site, each tried until
                                                it works: "visits N retried N failed N longest MS"
  alive.py knock ADDRESS NAME CA PAUSE          new connections to a closed site: "answered TIME"
                                                for each that worked; at the end "knocks N"

And for a moment only:

  alive.py class ADDRESS FLOWS SOURCE...        that many QUIC flows of each source at once: of how
                                                many the refusal came: "refused N of N slowest MS"
  alive.py parts ADDRESS NAME                   a ClientHello in IP fragments: answered, reset, …
  alive.py padded SERVER NAME                   a DNS question larger than a packet: answered,
                                                closed, …
  alive.py upload ADDRESS NAME BYTES            a request and its body in one write, without TLS
  alive.py flood ADDRESS PACKETS                UDP datagrams, each of a new flow, as fast as it can
  alive.py buffer PID BYTES                     the receive buffer of that process's netlink sockets
"""

import asyncio
import ctypes
import os
import random
import select
import signal
import socket
import ssl
import stat
import struct
import subprocess
import sys
import time

import client

GIVE_UP = 2 * client.PATIENCE  # for a visit that is tried again
TRY_AGAIN = 0.1
REPORT = 0.2
CALL_PAUSE = 0.02
IP_MTU_DISCOVER, PMTUDISC_INTERFACE = 10, 4
TCP_REPAIR, TCP_REPAIR_QUEUE, TCP_QUEUE_SEQ = 19, 20, 21
FRAGMENT = 800  # bytes of each, a multiple of 8
EDNS_PADDING = 12
SYS_PIDFD_GETFD, SO_RCVBUFFORCE = 438, 33
PING = bytes(64)  # of internet.py

told = []


def tell(*words):
    print(*words, flush=True)


class Progress:
    """Counts exchanges and the longest time between two."""

    def __init__(self):
        self.count, self.longest = 0, 0.0
        self.before = self.reported = time.monotonic()

    def step(self):
        now = time.monotonic()
        self.count += 1
        self.longest = max(self.longest, now - self.before)
        self.before = now
        if now - self.reported >= REPORT:
            self.reported = now
            tell("going", self.count)

    def milliseconds(self):
        return round(1000 * max(self.longest, time.monotonic() - self.before))


def ended(error):
    tell("end", client.fate(error), f"{time.time():.3f}")


async def talk_once(address, name, context, pause, progress):
    reader, writer = await asyncio.open_connection(address, 443, ssl=context, server_hostname=name)
    writer.write(f"GET /echo HTTP/1.1\r\nHost: {name}\r\nUpgrade: websocket\r\n\r\n".encode())
    await reader.readuntil(b"\r\n\r\n")
    while not told:
        message = random.randbytes(64)
        writer.write(message)
        answer = PING
        while answer == PING:
            answer = await asyncio.wait_for(reader.readexactly(64), 4 * client.PATIENCE)
        if answer != message:
            raise ValueError
        progress.step()
        await asyncio.sleep(pause)


async def talk_for_ever(address, name, context, pause, progress):
    try:
        await talk_once(address, name, context, pause, progress)
    except asyncio.IncompleteReadError:
        ended(EOFError())
    except (OSError, ValueError) as error:
        ended(error)


async def talk_all(address, name, authority, count, pause):
    context = ssl.create_default_context(cafile=authority)
    progress = Progress()
    await asyncio.gather(*(talk_for_ever(address, name, context, float(pause), progress)
                           for _ in range(int(count))))
    tell("longest", progress.milliseconds())


def talk(*words):
    asyncio.run(talk_all(*words))


def initial():
    """The long header of a QUIC version 1 Initial (RFC 9000, 17.2.2), padded to 1200 bytes."""
    header = b"\xc3" + struct.pack("!I", 1) + b"\x08" + random.randbytes(8) + b"\x00\x00"
    rest = 1200 - len(header) - 2
    return header + struct.pack("!H", 0x4000 | rest) + random.randbytes(rest)


def stun():
    """A Binding request (RFC 8489, 5)."""
    return struct.pack("!HHI", 1, 0, 0x2112A442) + random.randbytes(12)


def call(address, port, first=None):
    progress = Progress()
    with socket.socket(client.family_of(address), socket.SOCK_DGRAM) as sock:
        sock.connect((address, int(port)))
        sock.settimeout(CALL_PAUSE)
        try:
            if first:
                sock.send(initial())
            while not told:
                sock.send(stun())
                due = time.monotonic() + CALL_PAUSE
                try:
                    sock.recv(2048)
                    progress.step()
                except TimeoutError:
                    continue
                time.sleep(max(0, due - time.monotonic()))
        except OSError as error:
            ended(error)
    tell("longest", progress.milliseconds())


def pipe(*command):
    progress = Progress()
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        try:
            while not told:
                process.stdin.write(b"a line\n")
                process.stdin.flush()
                if process.stdout.readline() != b"a line\n":
                    raise BrokenPipeError
                progress.step()
                time.sleep(0.1)
        except OSError as error:
            ended(error)
        process.kill()
    tell("longest", progress.milliseconds())


def visit(address, name, authority):
    context = ssl.create_default_context(cafile=authority)
    visits = retried = failed = 0
    longest = 0.0
    while not told:
        start = time.monotonic()
        tries = 1
        while client.tls_fate(address, name, context) != "answered":
            if time.monotonic() - start > GIVE_UP:
                failed += 1
                break
            tries += 1
            time.sleep(TRY_AGAIN)
        longest = max(longest, time.monotonic() - start)
        visits += 1
        retried += tries > 1
        tell("going", visits)
        time.sleep(TRY_AGAIN)
    tell("visits", visits, "retried", retried, "failed", failed, "longest", round(1000 * longest))


def knock(address, name, authority, pause):
    context = ssl.create_default_context(cafile=authority)
    knocks = 0
    while not told:
        start = time.time()
        if client.tls_fate(address, name, context) == "answered":
            tell("answered", f"{start:.3f}")
        knocks += 1
        tell("going", knocks)
        time.sleep(float(pause))
    tell("knocks", knocks)


def of_class(address, flows, *sources):
    socks = {}
    for source in sources * int(flows):
        sock = socket.socket(client.family_of(address), socket.SOCK_DGRAM)
        sock.setblocking(False)
        sock.bind((source, 0))
        sock.connect((address, 443))
        socks[sock.fileno()] = sock
    total, refused, slowest = len(socks), 0, 0.0
    poll = select.poll()
    start = time.monotonic()
    for number, sock in socks.items():
        poll.register(number, select.POLLIN)
        sock.send(initial())
    while socks and time.monotonic() - start < client.PATIENCE:
        for number, _ in poll.poll(100):
            poll.unregister(number)
            with socks.pop(number) as sock:
                try:
                    sock.recv(2048)
                except ConnectionRefusedError:
                    refused += 1
                    slowest = time.monotonic() - start
    print("refused", refused, "of", total, "slowest", round(1000 * slowest))


def parts(address, name):
    """Where the interface's MTU is small and the route's is not, IPv4 cuts what TCP sends."""
    with socket.socket(client.family_of(address), socket.SOCK_STREAM) as sock:
        sock.settimeout(client.PATIENCE)
        try:
            if sock.family == socket.AF_INET:
                sock.setsockopt(socket.IPPROTO_IP, IP_MTU_DISCOVER, PMTUDISC_INTERFACE)
            sock.connect((address, 443))
            if sock.family == socket.AF_INET:
                sock.sendall(padded_hello(name))
            else:
                send_in_fragments(sock, padded_hello(name))
            print("answered" if sock.recv(1) else "closed")
        except OSError as error:
            print(client.fate(error))


def send_in_fragments(sock, data):
    """IPv6 has no such way: TCP believes that it has sent the bytes (tcp(7), repair), and we do."""
    sock.setsockopt(socket.IPPROTO_TCP, TCP_REPAIR, 1)
    sock.setsockopt(socket.IPPROTO_TCP, TCP_REPAIR_QUEUE, 1)
    ack = sock.getsockopt(socket.IPPROTO_TCP, TCP_QUEUE_SEQ)
    sock.setsockopt(socket.IPPROTO_TCP, TCP_REPAIR_QUEUE, 2)
    seq = sock.getsockopt(socket.IPPROTO_TCP, TCP_QUEUE_SEQ)
    sock.send(data)
    ends = [socket.inet_pton(sock.family, end[0]) for end in (sock.getsockname(), sock.getpeername())]
    head = struct.pack("!HHIIBBH", sock.getsockname()[1], sock.getpeername()[1], seq & 0xffffffff,
                       ack & 0xffffffff, 5 << 4, 0x18, 0xffff)
    length = len(head) + 4 + len(data)
    total = checksum(b"".join(ends) + struct.pack("!II", length, socket.IPPROTO_TCP) + head + data)
    packet = head + struct.pack("!HH", total, 0) + data
    with socket.socket(sock.family, socket.SOCK_RAW, socket.IPPROTO_RAW) as raw:
        for at in range(0, length, FRAGMENT):
            piece, more = packet[at:at + FRAGMENT], at + FRAGMENT < length
            fragment = struct.pack("!BBHI", socket.IPPROTO_TCP, 0, at | more, seq & 0xffffffff) + piece
            ip = struct.pack("!IHBB", 6 << 28, len(fragment), socket.IPPROTO_FRAGMENT, 64)
            raw.sendto(ip + b"".join(ends) + fragment, (sock.getpeername()[0], 0))
    sock.setsockopt(socket.IPPROTO_TCP, TCP_REPAIR, 0)


def checksum(data):
    total = sum(struct.unpack(f"!{len(data) // 2}H", data[:len(data) & ~1]))
    total += data[-1] << 8 if len(data) % 2 else 0
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def padded_hello(name):
    """Filled by ALPN to more than one small packet, as a post-quantum key share does."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"] + [f"filler-{n:03}" for n in range(110)])
    tls = context.wrap_bio(incoming, outgoing, server_hostname=name)
    try:
        tls.do_handshake()
    except ssl.SSLWantReadError:
        pass
    return outgoing.read()


def padded(server, name):
    number, message, body = client.question(name, "A")
    pad = 1600
    message = message[:12 + len(body)] + b"\0" + struct.pack("!HHIHHH", client.OPT, 1232, 0, 4 + pad,
                                                          EDNS_PADDING, pad) + bytes(pad)
    with socket.socket(client.family_of(server), socket.SOCK_DGRAM) as sock:
        sock.settimeout(client.PATIENCE)
        sock.connect((server, 53))
        try:
            sock.send(message)
            rcode, ede, _, _, answers = client.describe(sock.recv(65536), body)
            print("closed" if ede == client.BLOCKED else "answered" if answers else rcode)
        except OSError as error:
            print(client.fate(error))


def upload(address, name, count):
    head = f"POST / HTTP/1.1\r\nHost: {name}\r\nContent-Length: {count}\r\n\r\n".encode()
    with socket.create_connection((address, 80), client.PATIENCE) as sock:
        try:
            sock.sendall(head + bytes(int(count)))
            print(sock.recv(65536)[9:12].decode() or "closed")
        except OSError as error:
            print(client.fate(error))


def flood(address, packets):
    """A new flow for each: nothing of it is known to the kernel."""
    sent = 0
    ports = range(20000, 60000)
    with socket.socket(client.family_of(address), socket.SOCK_DGRAM) as sock:
        while sent < int(packets):
            sock.sendto(b"flood", (address, ports[sent % len(ports)]))
            sent += 1
    print("sent", sent)


def netlink_sockets(pid):
    """Our own descriptors of them (pidfd_getfd(2), which Python has no name for)."""
    libc, process = ctypes.CDLL(None, use_errno=True), os.pidfd_open(int(pid))
    for number in os.listdir(f"/proc/{pid}/fd"):
        ours = libc.syscall(SYS_PIDFD_GETFD, process, int(number), 0)
        if ours < 0 or not stat.S_ISSOCK(os.fstat(ours).st_mode):
            continue
        sock = socket.socket(fileno=ours)
        if sock.family == socket.AF_NETLINK:
            yield sock


def buffer(pid, count):
    for sock in netlink_sockets(pid):
        sock.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, int(count))


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: told.append(True))
    VERBS = (talk, call, pipe, visit, knock, parts, padded, upload, flood,
             buffer)
    {**{verb.__name__: verb for verb in VERBS}, "class": of_class}[sys.argv[1]](*sys.argv[2:])
