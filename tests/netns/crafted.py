#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Packets that no honest program sends, and what becomes of them.

  crafted.py junk ADDRESS PORT VERSION     one UDP socket: datagrams that are none of QUIC, some with
                                           its first bit, then an Initial of that version (8 digits):
                                           what became of the junk, and of the Initial
  crafted.py send ADDRESS PORT KIND [FROM] one packet, from that port: plain, checksum (a wrong one), md5sig, urgent,
                                           syn, fast-open, syn-data, options (IPv6 destination
                                           options), udp, udp-options
  crafted.py serve PORT                    answers what a connection says first, then forgets it with
                                           a reset, as `twice` does: firewalls may keep that secret
  crafted.py twice ADDRESS PORT FROM NAME... a connection for each name, all from that port: answered,
                                           reset, refused or silent
  crafted.py listen INTERFACE              a line for each packet that comes to ports 9000 to 9999,
                                           until it is ended: PORT PROTOCOL TTL PAYLOAD OPTION...
"""

import os
import random
import socket
import struct
import sys

import client

PATIENCE = 5 * int(os.environ.get("CLASSROOM_PATIENCE", "1"))
INITIAL = 1200
FIN, SYN, RST, PSH, ACK, URG = 1, 2, 4, 8, 16, 32
MD5SIG, FAST_OPEN = 19, 34
DESTINATION_OPTIONS = 60
ETH_ALL = 3
ETH_HEADER = 14
HELLO = b"\x40 neither TLS nor HTTP  "


def family_of(address):
    return socket.AF_INET6 if ":" in address else socket.AF_INET


def exchange(sock, datagram):
    try:
        sock.send(datagram)
        sock.recv(65536)
        return "answered"
    except ConnectionRefusedError:
        return "refused"
    except TimeoutError:
        return "silent"


def junk(address, port, version):
    stun = b"\x00\x01\x00\x00\x21\x12\xa4\x42" + random.randbytes(12)
    # RTP: its first bit is set, what follows is a type, a number and a time.
    rtp = b"\x80\x60" + random.randbytes(2) + b"\x00\x00\x10\x00" + random.randbytes(INITIAL + 92)
    short = b"\x40" + random.randbytes(40)
    initial = b"\xc3" + bytes.fromhex(version) + b"\x08" + random.randbytes(8) + b"\x00\x00"
    with socket.socket(family_of(address), socket.SOCK_DGRAM) as sock:
        sock.settimeout(PATIENCE)
        sock.connect((address, int(port)))
        before = {exchange(sock, datagram) for datagram in (short, stun, rtp, rtp)}
        print(*sorted(before), exchange(sock, initial + random.randbytes(INITIAL - len(initial))))


FORGET = struct.pack("ii", 1, 0)  # SO_LINGER: no goodbye but a reset


def serve(port):
    with socket.create_server(("", int(port))) as listener:
        print("ready", flush=True)
        while True:
            connection, _ = listener.accept()
            with connection:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, FORGET)
                if connection.recv(65536):
                    connection.sendall(b"heard")


def twice(address, port, own_port, *names):
    for name in names:
        with socket.socket(family_of(address), socket.SOCK_STREAM) as sock:
            sock.settimeout(PATIENCE)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, FORGET)
            sock.bind(("", int(own_port)))
            try:
                sock.connect((address, int(port)))
                sock.sendall(client.client_hello(name))
                sock.recv(65536)
                print("answered")
            except OSError as error:
                print(client.fate(error))


def checksum(data):
    total = sum(struct.unpack(f"!{(len(data) + 1) // 2}H", data + b"\0" * (len(data) % 2)))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def own_address(address):
    with socket.socket(family_of(address), socket.SOCK_DGRAM) as sock:
        sock.connect((address, 9))
        return sock.getsockname()[0]


def transport(kind, source, target, port, own_port):
    """The bytes behind the IP header, and their protocol."""
    addresses = socket.inet_pton(family_of(target), source) + socket.inet_pton(family_of(target), target)
    flags = SYN if kind in ("syn", "fast-open", "syn-data") else PSH | ACK
    payload = b"" if kind in ("syn", "fast-open") else HELLO
    options = {"md5sig": bytes([MD5SIG, 18]) + random.randbytes(16) + b"\1\1",
               "fast-open": bytes([FAST_OPEN, 2, 1, 1])}.get(kind, b"")
    if kind.startswith("udp"):
        protocol, head, at = socket.IPPROTO_UDP, struct.pack("!HHHH", own_port, port, 8 + len(payload), 0), 6
    else:
        protocol, at = socket.IPPROTO_TCP, 16
        head = struct.pack("!HHIIBBHHH", own_port, port, random.getrandbits(32), random.getrandbits(32),
                           (20 + len(options)) // 4 << 4, flags | (URG if kind == "urgent" else 0),
                           65535, 0, 1 if kind == "urgent" else 0) + options
    data = bytearray(head + payload)
    pseudo = addresses + struct.pack("!II", len(data), protocol)
    struct.pack_into("!H", data, at, checksum(pseudo + bytes(data)) ^ (1 if kind == "checksum" else 0))
    return bytes(data), protocol


def send(address, port, kind, own_port=None):
    source, family = own_address(address), family_of(address)
    data, protocol = transport(kind, source, address, int(port),
                               int(own_port or random.randrange(20000, 60000)))
    packed = socket.inet_pton(family, source) + socket.inet_pton(family, address)
    if family == socket.AF_INET:
        head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(data), 0, 0, 60, protocol, 0) + packed
    else:
        if kind.endswith("options"):
            # One option that anybody may skip, six bytes long.
            data, protocol = bytes([protocol, 0, 0x1E, 4, 0, 0, 0, 0]) + data, DESTINATION_OPTIONS
        head = struct.pack("!IHBB", 6 << 28, len(data), protocol, 60) + packed
    with socket.socket(family, socket.SOCK_RAW, socket.IPPROTO_RAW) as sock:
        sock.sendto(head + data, (address, 0))


def tcp_options(data):
    while data and data[0] != 0:
        if data[0] == 1:
            data = data[1:]
            continue
        yield data[0]
        data = data[max(data[1], 2):] if len(data) > 1 else b""


def describe(packet):
    """(port, protocol, TTL, payload, options) of a TCP or UDP packet, or None."""
    if packet[0] >> 4 == 4:
        protocol, ttl, data = packet[9], packet[8], packet[(packet[0] & 15) * 4:struct.unpack("!H", packet[2:4])[0]]
    else:
        protocol, ttl, data = packet[6], packet[7], packet[40:40 + struct.unpack("!H", packet[4:6])[0]]
    extensions = []
    if protocol == DESTINATION_OPTIONS:
        extensions, protocol, data = [DESTINATION_OPTIONS], data[0], data[8 + 8 * data[1]:]
    if protocol == socket.IPPROTO_TCP:
        length = (data[12] >> 4) * 4
        return struct.unpack("!H", data[2:4])[0], "tcp", ttl, len(data) - length, \
            extensions + list(tcp_options(data[20:length]))
    if protocol == socket.IPPROTO_UDP:
        return struct.unpack("!H", data[2:4])[0], "udp", ttl, len(data) - 8, extensions
    return None


def listen(interface):
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_ALL)) as sock:
        sock.bind((interface, 0))
        print("ready", flush=True)
        while True:
            frame, where = sock.recvfrom(65536)
            if where[1] not in (0x0800, 0x86DD) or where[2] == socket.PACKET_OUTGOING:
                continue
            found = describe(frame[ETH_HEADER:])
            if found and 9000 <= found[0] <= 9999:
                print(*found[:4], *found[4], flush=True)


if __name__ == "__main__":
    VERBS = (junk, send, serve, twice, listen)
    {verb.__name__: verb for verb in VERBS}[sys.argv[1]](*sys.argv[2:])
