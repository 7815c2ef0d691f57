#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The pages behind the classroom's server for browsers, in plain HTTP on this host alone.

  pages.py PORT LOG

/stream sends a line each 100 ms until the client is gone, all else says which name was asked.
Lines of LOG are those of internet.py; PROTO is what the server in front says in X-Proto.
"""

import http.server
import sys
import threading
import time

PAUSE = 0.1

log_lock = threading.Lock()


def log(*words):
    with log_lock:
        print(*words, file=LOG, flush=True)


class Page(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def about(self):
        return self.headers.get("X-Proto", "-"), self.headers.get("Host", "-"), self.path

    def do_GET(self):
        log("request", *self.about())
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Cache-Control", "no-store")
        # Or a browser waits for the first 1024 bytes, to see what they are.
        self.send_header("X-Content-Type-Options", "nosniff")
        if self.path == "/stream":
            self.stream()
            return
        body = f"hello from {self.headers.get('Host')}\n".encode()
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def stream(self):
        self.send_header("Connection", "close")
        self.end_headers()
        try:
            while True:
                self.wfile.write(b"another line\n")
                time.sleep(PAUSE)
        except OSError as error:
            log("closed", *self.about(), type(error).__name__)


if __name__ == "__main__":
    LOG = open(sys.argv[2], "a", encoding="ascii")
    http.server.ThreadingHTTPServer.daemon_threads = True
    with http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Page) as server:
        log("ready pages")
        server.serve_forever()
