#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A real browser, driven over Chromium's debugging pipe (--remote-debugging-pipe: JSON that ends
with a zero byte, on descriptors 3 and 4; no port is opened).

  browser.py PROFILE SECONDS [OPTION...]

PROFILE is the folder of a throw-away profile, OPTIONs are for Chromium. Each line of the standard
input is one command, and each gets one line back, after SECONDS at most:

  open URL       PROTOCOL STATUS TEXT of the page that has come whole, or: failed ERROR
  follow URL     PROTOCOL STATUS, as soon as a page begins that may never end, or: failed ERROR
  end            how the page of `follow` ended: done, or failed ERROR; running when it has not
  lines          how many lines the page has now

ERROR is Chromium's (net::ERR_...), late when nothing came in time, or gone without a browser.
At the end of the input the browser is closed.
"""

import json
import os
import select
import shutil
import sys
import time

QUIET = ("--headless=new", "--no-first-run", "--no-default-browser-check", "--disable-gpu",
         "--disable-background-networking", "--disable-component-update", "--disable-sync",
         "--disable-default-apps", "--disable-extensions", "--disable-dev-shm-usage",
         "--log-level=3", "--password-store=basic", "--remote-debugging-pipe")


class Late(Exception):
    """Something did not come in time."""


class Browser:
    def __init__(self, profile, patience, options):
        self.patience, self.number, self.inbox, self.rest = patience, 0, [], b""
        in_read, self.to = os.pipe()
        self.back, out_write = os.pipe()
        words = ["chromium", f"--user-data-dir={profile}", *QUIET, *options, "about:blank"]
        environment = {"PATH": os.environ["PATH"], "HOME": profile, "TMPDIR": profile,
                       "LC_ALL": "C.UTF-8"}
        # 1: what it says belongs in the log, not among our answers.
        wires = [(os.POSIX_SPAWN_DUP2, in_read, 3), (os.POSIX_SPAWN_DUP2, out_write, 4),
                 (os.POSIX_SPAWN_DUP2, 2, 1)]
        self.pid = os.posix_spawn(shutil.which("chromium"), words, environment, file_actions=wires)
        os.close(in_read)
        os.close(out_write)
        self.session, self.loader, self.page = None, None, {}
        self.attach()

    def attach(self):
        until = time.monotonic() + self.patience
        target = self.call("Target.createTarget", until, url="about:blank")["targetId"]
        attached = self.call("Target.attachToTarget", until, targetId=target, flatten=True)
        self.session = attached["sessionId"]
        for domain in ("Page", "Network"):
            self.call(domain + ".enable", until)
        self.call("Network.setCacheDisabled", until, cacheDisabled=True)

    def receive(self, until):
        """The next message of the browser."""
        while not self.inbox:
            if not select.select([self.back], [], [], max(0, until - time.monotonic()))[0]:
                raise Late
            more = os.read(self.back, 65536)
            if not more:
                raise EOFError("the browser is gone")
            *whole, self.rest = (self.rest + more).split(b"\0")
            self.inbox += [json.loads(message) for message in whole]
        return self.inbox.pop(0)

    def call(self, method, until, **arguments):
        self.number += 1
        message = {"id": self.number, "method": method, "params": arguments}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.to, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.receive(until)
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise ValueError(f"{method}: {answer['error']}")
                return answer["result"]
            self.note(answer)

    def note(self, event):
        """Keeps what became of each document: its answer, and how it ended."""
        what, about = event.get("method"), event.get("params", {})
        if what == "Network.responseReceived":
            answer = about["response"]
            self.page.setdefault(about["requestId"], {})["answer"] = \
                f"{answer['protocol']} {answer['status']}"
        elif what == "Network.loadingFinished":
            self.page.setdefault(about["requestId"], {})["end"] = "done"
        elif what == "Network.loadingFailed":
            self.page.setdefault(about["requestId"], {})["end"] = "failed " + about["errorText"]

    def wait(self, wanted, until):
        while wanted not in self.page.setdefault(self.loader, {}):
            self.note(self.receive(until))
        return self.page[self.loader][wanted]

    def begin(self, url, until):
        """Asks for a page; the error, if it fails before it begins."""
        self.page.clear()
        went = self.call("Page.navigate", until, url=url)
        self.loader = went["loaderId"]
        return "failed " + went["errorText"] if "errorText" in went else None

    def text(self, until):
        script = "document.body ? document.body.innerText : ''"
        found = self.call("Runtime.evaluate", until, expression=script, returnByValue=True)
        return found["result"]["value"].strip()

    def open(self, until, url):
        failed = self.begin(url, until)
        if failed or self.wait("end", until) != "done":
            return failed or self.page[self.loader]["end"]
        return f"{self.wait('answer', until)} {self.text(until)}"

    def follow(self, until, url):
        return self.begin(url, until) or self.wait("answer", until)

    def end(self, until):
        try:
            return self.wait("end", until)
        except Late:
            return "running"

    def lines(self, until):
        return len(self.text(until).splitlines())

    def obey(self, verb, *words):
        try:
            return getattr(self, verb)(time.monotonic() + self.patience, *words)
        except Late:
            return "failed late"
        except (OSError, EOFError):
            return "failed gone"

    def close(self):
        self.session = None
        try:
            self.call("Browser.close", time.monotonic() + self.patience)
        except (Late, OSError, EOFError):
            os.kill(self.pid, 9)
        os.waitpid(self.pid, 0)


if __name__ == "__main__":
    BROWSER = Browser(sys.argv[1], float(sys.argv[2]), sys.argv[3:])
    try:
        print("ready", flush=True)
        for line in sys.stdin:
            print(BROWSER.obey(*line.split()), flush=True)
    finally:
        BROWSER.close()
