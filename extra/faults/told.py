"""Who hears of reports: a mail server and a webhook receiver outside the fault, which keep what they were sent and under
which name.

One letter and one delivery belong to every report. Each may come more than once, since a crash between sending and noting
it leaves nobody who knows, but always under the same name (`Message-ID`, `webhook-id`), so that a receiver can tell.
"""

import http.client
import json
import os
import re
import subprocess
import sys
import threading
import time
import uuid
from pathlib import Path

from product import moved_clock

ROOT = Path(__file__).resolve().parents[2]
MAIL_SERVER = ROOT / "crates" / "mail" / "tests" / "smtp" / "server.py"
RECEIVER = ROOT / "crates" / "outbound" / "tests" / "receiver" / "server.py"
SIGN_UP = ROOT / "tools" / "sign-up.py"
# What a crash left locked is sent again when its lock ends, in ten minutes at most. The second is for what was put off.
STEPS = (1_200, 14_400)
QUIET_S, LIMIT_S = 30, 900

SETTINGS = """\
[mail]
smtp = "smtp://127.0.0.1:{port}"
from = "desk@rig.example"
connections = 4
per_minute = 100000
timeout_seconds = 5
[outbound]
allow = ["127.0.0.1"]
"""
SUBJECT = re.compile(r"^Subject: ([A-Z]+-[0-9]+): new report\r?$", re.MULTILINE | re.IGNORECASE)
MESSAGE_ID = re.compile(r"^Message-ID: (<[^>]+>)", re.MULTILINE | re.IGNORECASE)


def python():
    """The Python that has the packages of the two servers; None where there is none."""
    named = os.environ.get("LEEWARD_TEST_PYTHON", "")
    return named if os.access(named, os.X_OK) else None


class Heard:
    """A server of the tests that runs beside the rig; each line that it prints is read at once."""

    def __init__(self, script, take):
        # It ends by itself when its standard input does, so also when the rig is killed.
        self.process = subprocess.Popen([python(), str(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL, text=True)
        ready = self.process.stdout.readline().split()
        if ready[:1] != ["ready"]:
            self.process.kill()
            raise OSError(f"{script.name} did not start: {ready}")
        self.port = int(ready[1])
        self.lock = threading.Lock()
        self.times = {}
        threading.Thread(target=self.listen, args=(take,), daemon=True).start()

    def listen(self, take):
        for line in self.process.stdout:
            heard = take(line)
            if heard is not None:
                case, name = heard
                with self.lock:
                    names = self.times.setdefault(case, {})
                    names[name] = names.get(name, 0) + 1

    def order(self, what):
        """What it does from now on: see the script."""
        self.process.stdin.write(what + "\n")
        self.process.stdin.flush()

    def so_far(self):
        """Case -> name under which it was told -> how often."""
        with self.lock:
            return {case: dict(names) for case, names in self.times.items()}

    def forget(self):
        with self.lock:
            self.times.clear()

    def close(self):
        self.process.stdin.close()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def letter(line):
    """What a line of the mail server is about: (name of the case, Message-ID); None for everything else."""
    # It answers orders from another thread: such an answer may stand on the same line.
    start = line.find("took {")
    if start < 0:
        return None
    data = json.JSONDecoder().raw_decode(line, start + len("took "))[0]["data"]
    subject, name = SUBJECT.search(data), MESSAGE_ID.search(data)
    return (subject[1], name[1]) if subject and name else None


def delivery(line):
    """The same of a line of the receiver: (name of the case, webhook-id)."""
    if not line.startswith("{"):
        return None
    request = json.loads(line)
    return json.loads(request["body"])["data"]["case"]["number"], request["head"]["webhook-id"]


class Told:
    def __init__(self):
        self.letters = Heard(MAIL_SERVER, letter)
        self.deliveries = Heard(RECEIVER, delivery)
        self.known = set()
        self.token = None

    def settings(self):
        return SETTINGS.format(port=self.letters.port)

    def close(self):
        self.letters.close()
        self.deliveries.close()

    # ---- who is to hear -------------------------------------------------------------------------------------------

    def enlist(self, product):
        """Somebody with an address joins the running house, and a webhook that hears of every report."""
        status, text = product.run("admin", "invite", "fuzz@acme.example", "--role", "owner", *product.store_arguments())
        link = re.search(r"https?://[^/\s]+(/\S+)", text)
        if status != 0 or link is None:
            raise OSError(f"admin invite: status {status}: {text.strip()[-300:]}")
        done = subprocess.run([sys.executable, str(SIGN_UP), f"http://127.0.0.1:{product.port}{link[1]}"],
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False)
        if done.returncode != 0:
            raise OSError(f"sign-up: {done.stderr.strip()[-300:]}")
        self.token = done.stdout.strip()
        url = f"http://127.0.0.1:{self.deliveries.port}/ordered"
        wish = {"label": "rig", "url": url, "events": ["case.opened"], "titles": True}
        status, text = self.ask(product, "POST", "/api/v1/webhooks", json.dumps(wish))
        if status != 201:
            raise OSError(f"adding a webhook: {status}: {text[:300]}")

    def ask(self, product, method, path, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", product.port, timeout=15)
        headers = {"Authorization": f"Bearer {self.token}", "Accept": "application/json"}
        if body is not None:
            headers |= {"Content-Type": "application/json", "Idempotency-Key": str(uuid.uuid4())}
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read().decode(errors="replace")
        finally:
            connection.close()

    def forget(self):
        """For another installation, whose reports have the same numbers."""
        self.known.clear()
        self.letters.forget()
        self.deliveries.forget()

    def know(self, answer):
        """A report that is there for certain, as its sender was told."""
        self.known.add(answer["name"])

    # ---- what they heard ------------------------------------------------------------------------------------------

    def settle(self, product, findings, steps=STEPS):
        """After the last round: starts with a clock that is past every lock, waits, and compares."""
        product.stop()
        for ahead in steps:
            env = moved_clock(f"+{ahead}")
            if env is None:
                findings.say("NOTE: libfaketime is not installed: what a crash left locked is not waited for, letters and "
                             "deliveries are not counted")
                return
            product.start(env=env)
            self.wait()
            if not self.missing() or ahead == steps[-1]:
                self.without_a_report(product, findings)
            product.stop()
            if not self.missing():
                break
        self.compare(findings)

    def missing(self):
        """(what, name of a case) of everything that nobody has heard yet."""
        heard = (("letter", self.letters.so_far()), ("delivery", self.deliveries.so_far()))
        return [(what, case) for what, cases in heard for case in sorted(self.known) if case not in cases]

    def wait(self):
        began = moved = time.monotonic()
        left, last = len(self.missing()), None
        while left and time.monotonic() - moved < QUIET_S and time.monotonic() - began < LIMIT_S:
            if left != last:
                last, moved = left, time.monotonic()
            time.sleep(0.2)
            left = len(self.missing())

    def without_a_report(self, product, findings):
        """Nobody may hear of what is not stored. A report whose sender saw an error may be there all the same."""
        for case in sorted((self.letters.so_far().keys() | self.deliveries.so_far().keys()) - self.known):
            status, _ = self.ask(product, "GET", f"/api/v1/cases/{case}")
            if status != 200:
                findings.changed += 1
                findings.say(f"TOLD of {case}, which is not stored ({status})")

    def compare(self, findings):
        for what, case in self.missing():
            findings.lost += 1
            findings.say(f"LOST the {what} of {case}")
        for what, heard in (("letters", self.letters.so_far()), ("deliveries", self.deliveries.so_far())):
            for case, names in heard.items():
                findings.again += sum(names.values()) - len(names)
                if len(names) > 1:
                    findings.doubled += 1
                    findings.say(f"DOUBLED {what} of {case}: {sorted(names)}")
            setattr(findings, what, getattr(findings, what) + len(heard))
