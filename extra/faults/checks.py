"""What must hold after a fault, asked from outside: through the return door, the command line and the same key again."""

import hashlib
import http.client
import http.cookies
import json
import os
import random
import re
import subprocess
import time
import urllib.parse
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

AUDIT = Path(__file__).resolve().parents[2] / "tools" / "log-audit.py"
RECEIPTS_PER_ROUND = 3
SPOKEN = 8
# Too many, not now, no room.
CLEAN_REFUSALS = {429, 503, 507}
# Times that whoever comes back presses again where the answer is 503.
NOT_NOW = 20
FILE_LINK = re.compile(r'href="(/case/mine/(?:files|attachments)/[^"]+)"')


@dataclass
class Findings:
    """The sum over the rounds of one fault."""

    rounds: int = 0
    acknowledged: int = 0
    lost: int = 0
    changed: int = 0
    doubled: int = 0
    refused: int = 0
    store_faults: int = 0
    bad_receipts: int = 0
    pending_receipts: int = 0
    receipts: int = 0
    files: int = 0
    letters: int = 0
    deliveries: int = 0
    again: int = 0
    unaudited: int = 0
    starts: list = field(default_factory=list)
    words: list = field(default_factory=list)

    def red(self):
        return bool(self.lost or self.changed or self.doubled or self.store_faults or self.bad_receipts)

    def say(self, text):
        """Words for people; after SPOKEN of them only the figures go on."""
        self.words.append(text)
        if len(self.words) <= SPOKEN:
            print(f"    {text}", flush=True)
        elif len(self.words) == SPOKEN + 1:
            print("    and more like these", flush=True)


class Form(HTMLParser):
    """The fields of the first form that posts to `action`."""

    def __init__(self, action):
        super().__init__()
        self.action = action
        self.inside = False
        self.fields = {}

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag == "form":
            self.inside = (attributes.get("action") or self.action) == self.action and not self.fields
        elif tag == "input" and self.inside and attributes.get("name"):
            self.fields[attributes["name"]] = attributes.get("value") or ""

    def handle_endtag(self, tag):
        if tag == "form":
            self.inside = False


class Reader:
    """A reporter who comes back with the return code, as a browser without script would."""

    def __init__(self, port):
        self.port = port

    def ask(self, cookies, method, path, fields=None):
        """Asks again for a while where the answer is "not now": that is a promise to be there again, and no loss."""
        for _ in range(NOT_NOW):
            answer = self.once(cookies, method, path, fields)
            if answer[0] != 503:
                break
            time.sleep(0.5)
        return answer

    def once(self, cookies, method, path, fields):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=15)
        headers = {"Accept": "text/html"}
        if cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
        body = None
        if fields is not None:
            body = urllib.parse.urlencode(fields)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            headers["Origin"] = f"http://127.0.0.1:{self.port}"
            headers["Sec-Fetch-Site"] = "same-origin"
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            text = answer.read().decode(errors="replace")
        finally:
            connection.close()
        for header in answer.headers.get_all("Set-Cookie") or []:
            for name, morsel in http.cookies.SimpleCookie(header).items():
                cookies[name] = morsel.value
        return answer.status, answer.headers.get("Location"), text

    def page(self, code):
        """The reporter's page of the case that `code` opens, and the digests of the files it links to."""
        cookies = {}
        _, _, text = self.ask(cookies, "GET", "/case")
        form = Form("/case")
        form.feed(text)
        status, location, text = self.ask(cookies, "POST", "/case", {**form.fields, "code": code})
        if status in (302, 303) and location:
            status, _, text = self.ask(cookies, "GET", urllib.parse.urlsplit(location).path)
        return status, text, {self.digest(cookies, path) for path in FILE_LINK.findall(text)}

    def digest(self, cookies, path):
        """SHA-256 of a file behind a link; None when it cannot be had."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=15)
        try:
            header = "; ".join(f"{name}={value}" for name, value in cookies.items())
            connection.request("GET", path, headers={"Cookie": header})
            answer = connection.getresponse()
            content = answer.read()
        except http.client.HTTPException:
            return None
        finally:
            connection.close()
        return hashlib.sha256(content).hexdigest() if answer.status == 200 else None


def wait_for_sequencer(product, seconds=10):
    """Until the log covers what was filed, so that receipts can be checked with their proof. The head's size holds still."""
    last, deadline = None, time.monotonic() + seconds
    while time.monotonic() < deadline:
        text = checkpoint(product)
        if text is None or text == last:
            return
        last = text
        time.sleep(1.1)


def checkpoint(product):
    """The public checkpoint as served; None where there is none."""
    connection = http.client.HTTPConnection("127.0.0.1", product.port, timeout=10)
    try:
        connection.request("GET", "/api/v1/log/checkpoint")
        answer = connection.getresponse()
        text = answer.read()
    finally:
        connection.close()
    return text if answer.status == 200 else None


def audit_log(product, findings):
    """The log as an outsider checks it, with code that shares nothing with ours, against checkpoints of earlier rounds."""
    note, python = checkpoint(product), os.environ.get("LEEWARD_TEST_PYTHON", "")
    if note is None:
        return
    if not os.access(python, os.X_OK):
        if not findings.unaudited:
            findings.say("NOTE: LEEWARD_TEST_PYTHON names no Python with `cryptography`: no outside audit of the log")
        findings.unaudited += 1
        return
    older = [argument for path in product.checkpoints[-3:] for argument in ("--older", str(path))]
    done = subprocess.run([python, str(AUDIT), f"http://127.0.0.1:{product.port}", *older], capture_output=True,
                          text=True, timeout=120, check=False)
    if done.returncode != 0:
        findings.store_faults += 1
        findings.say(f"log audit: {(done.stdout + done.stderr).strip()[-300:]}")
    kept = product.outside / f"checkpoint-{product.port}-{len(product.checkpoints)}.txt"
    kept.write_bytes(note)
    product.checkpoints.append(kept)


def after_fault(product, client, cut_ns, findings, seed=0, restart=True):
    """Start again, ask for everything promised, compare, stop, verify the store."""
    findings.rounds += 1
    if restart:
        findings.starts.append(product.start())
    promised, open_sends = client.kept_before(cut_ns), client.not_kept_before(cut_ns)
    findings.acknowledged += len(promised)
    findings.refused += sum(client.refusals.values())
    before, after = client.refused(cut_ns)
    if set(before) - CLEAN_REFUSALS:
        findings.store_faults += 1
        findings.say(f"answers that are no clean refusal: {before}")
    if set(after) - CLEAN_REFUSALS:
        # What it depends on is gone; it should still say 503. Told, not yet asked for.
        findings.say(f"NOTE: after the cut, answers that are no clean refusal: {after}")
    reader, identities = Reader(product.port), {}
    answers = [promise["answer"] for promise in promised]
    for promise in promised:
        ask_again(client, reader, promise, findings, identities)
    for promise in open_sends:
        answers.append(settle(client, promise, findings, identities))
    if product.told:
        for answer in filter(None, answers):
            product.told.know(answer)
    sample = random.Random(seed).sample(promised, min(RECEIPTS_PER_ROUND, len(promised)))
    if sample and sample[0]["answer"].get("receipt"):
        wait_for_sequencer(product)
        for promise in sample:
            check_receipt(product, client, promise, findings)
    audit_log(product, findings)
    if not product.stop():
        findings.say("the server did not stop by itself after SIGTERM")
    status, text = product.verify()
    if status != 0:
        findings.store_faults += 1
        findings.say(f"verify: status {status}: {text.strip()[-300:]}")


def ask_again(client, reader, promise, findings, identities):
    """A promised report: its page must show its text, its key must give the same case."""
    was = promise["answer"]
    status, text, digests = reader.page(was["code"])
    if status != 200:
        findings.lost += 1
        findings.say(f"LOST {was['number']} (acknowledged): return door {status}")
        return
    if promise["marker"] not in text:
        findings.changed += 1
        findings.say(f"CHANGED {was['number']}: its text is not on its page")
        return
    if "sha256" in promise:
        findings.files += 1
        if promise["sha256"] not in digests:
            findings.changed += 1
            findings.say(f"CHANGED {was['number']}: its file is not what was sent ({len(digests)} files on its page)")
    status, now = client.post(promise)
    if status not in (200, 201) or any(now.get(k) != was[k] for k in ("id", "number", "code")):
        findings.doubled += 1
        findings.say(f"DOUBLED {was['number']}: the same key answered {status} {now and now.get('number')}")
    elif not as_sent(promise, now):
        findings.changed += 1
        findings.say(f"CHANGED {was['number']}: its receipt opens other words than were sent")
    one_key_one_case(promise, was["id"], findings, identities)


def as_sent(promise, now):
    """Whether the stored event, as the receipt opens it, holds the very words; true where receipts open nothing."""
    opened = ((now.get("receipt") or {}).get("opening") or {}).get("event")
    if opened is None:
        return True
    stored = json.loads(opened)["data"]["report"]
    return all(stored.get(name) == promise["report"][name] for name in ("title", "summary", "body"))


def settle(client, promise, findings, identities):
    """A report without a promise: sending the key again makes it exist exactly once. Answers what was said of it."""
    first_status, first = client.post(promise)
    again_status, again = client.post(promise)
    if first_status not in (200, 201) or again_status not in (200, 201) or first["id"] != again["id"]:
        findings.doubled += 1
        findings.say(f"key {promise['key']} answered {first_status} then {again_status}")
        return None
    one_key_one_case(promise, first["id"], findings, identities)
    return first


def one_key_one_case(promise, identity, findings, identities):
    other = identities.setdefault(identity, promise["key"])
    if other != promise["key"]:
        findings.doubled += 1
        findings.say(f"two keys share the case {identity}")


def check_receipt(product, client, promise, findings):
    """The receipt as it is now must be valid under the published key, by the command line alone."""
    status, now = client.post(promise)
    if status not in (200, 201):
        return
    path, key_path = product.outside / "receipt.json", product.outside / "log.key"
    path.write_text(json.dumps(now["receipt"]))
    key = product.public_key()
    if key is None:
        findings.bad_receipts += 1
        findings.say("key show --public gave no key")
        return
    key_path.write_text(key)
    findings.receipts += 1
    status, text = product.run("receipt", "verify", str(path), "--key", str(key_path))
    if status == 0:
        return
    if "pending" in text.lower():
        findings.pending_receipts += 1
    else:
        findings.bad_receipts += 1
        findings.say(f"receipt of {promise['answer']['number']}: {text.strip()[:200]}")
