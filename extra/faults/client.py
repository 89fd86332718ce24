"""The reporter's side of the rig: files numbered reports and keeps, outside the faulted mount, what it was promised.

A promise is one line of the journal: the key, what was sent, when it was sent and when the whole answer had been read,
and what the answer said. Lines are kept in memory and in a file, so that a broken rig can be looked into afterwards.
"""

import hashlib
import http.client
import json
import random
import threading
import time
import uuid

WORDS = ("header cookie token redirect parser upload session cache origin callback frame signature replay locale tenant "
         "export webhook cursor avatar invite").split()
REQUEST_LIMIT_S = 15
MAX_REPORTS_PER_ROUND = 5000
SHARE_WITH_FILE = 0.15
FILE_MAX = 300_000


class Client:
    def __init__(self, port, journal_path, seed, threads=8, slug=None):
        self.port = port
        self.slug = slug
        self.seed = seed
        self.threads = threads
        self.journal = []
        self.refusals = {}
        self.takes_files = True
        self.journal_file = open(journal_path, "a", encoding="utf-8")
        self.lock = threading.Lock()
        self.stopping = threading.Event()
        self.workers = []
        self.sent = 0

    # ---- one report ---------------------------------------------------------------------------------------------

    def make(self, random_source):
        """A new report: key, body and the marker that only this report contains."""
        marker = "".join(random_source.choice("bcdfghjklmnpqrstvwxz") for _ in range(16))
        words = " ".join(random_source.choice(WORDS) for _ in range(random_source.randint(20, 300)))
        return {
            "key": str(uuid.UUID(int=random_source.getrandbits(128), version=4)),
            "marker": marker,
            "report": {"title": f"Report {marker}", "summary": f"What happened: {marker}.", "body": f"{marker} {words}"},
        }

    def attach(self, promise, random_source, connection):
        """Uploads a file for the report; its token goes into the report, its digest is kept for the reader."""
        content = random_source.randbytes(random_source.randint(0, FILE_MAX))
        boundary = promise["key"]
        head = (f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="proof.bin"\r\n'
                "Content-Type: application/octet-stream\r\n\r\n")
        connection.request(
            "POST", "/api/v1/attachments", head.encode() + content + f"\r\n--{boundary}--\r\n".encode(),
            {"Content-Type": f"multipart/form-data; boundary={boundary}", "Accept": "application/json",
             "Idempotency-Key": str(uuid.UUID(int=random_source.getrandbits(128), version=4))})
        answer = connection.getresponse()
        text = answer.read()
        if answer.status == 201:
            promise["report"]["attachments"] = [json.loads(text)["token"]]
            promise["sha256"] = hashlib.sha256(content).hexdigest()
        elif answer.status in (404, 405):
            self.takes_files = False
        return answer.status

    def post(self, promise, connection=None):
        """Send once; answers (status, document or None). Raises OSError or HTTPException when no whole answer came."""
        own = connection is None
        connection = connection or self.connect()
        try:
            connection.request(
                "POST", f"/api/v1/programs/{self.slug}/reports", json.dumps(promise["report"]),
                {"Content-Type": "application/json", "Accept": "application/json", "Idempotency-Key": promise["key"]})
            answer = connection.getresponse()
            text = answer.read()
        finally:
            if own:
                connection.close()
        try:
            return answer.status, json.loads(text)
        except ValueError:
            return answer.status, None

    def connect(self):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=REQUEST_LIMIT_S)

    def find_slug(self):
        connection = self.connect()
        try:
            connection.request("GET", "/api/v1/programs", headers={"Accept": "application/json"})
            answer = connection.getresponse()
            document = json.loads(answer.read())
            self.slug = document["items"][0]["slug"]
        finally:
            connection.close()

    def file_one(self, random_source, connection=None):
        promise = self.make(random_source)
        promise["sent"] = time.monotonic_ns()
        try:
            if connection is not None and self.takes_files and random_source.random() < SHARE_WITH_FILE:
                self.attach(promise, random_source, connection)
            status, document = self.post(promise, connection)
            acked = time.monotonic_ns()
        except (OSError, http.client.HTTPException) as problem:
            promise["error"] = type(problem).__name__
            self.note(promise)
            raise
        promise["status"] = status
        if status == 201:
            promise["acked"] = acked
            promise["answer"] = document
        else:
            with self.lock:
                self.refusals[status] = self.refusals.get(status, 0) + 1
            promise["refused"], promise["refusal"] = acked, document
        self.note(promise)
        return promise

    def note(self, promise):
        with self.lock:
            self.journal.append(promise)
            self.journal_file.write(json.dumps(promise) + "\n")
            self.journal_file.flush()

    # ---- load ---------------------------------------------------------------------------------------------------

    def start(self):
        self.stopping.clear()
        for number in range(self.threads):
            worker = threading.Thread(target=self.work, args=(random.Random(f"{self.seed}/{number}"),), daemon=True)
            worker.start()
            self.workers.append(worker)

    def work(self, random_source):
        connection = None
        while not self.stopping.is_set():
            with self.lock:
                if self.sent >= MAX_REPORTS_PER_ROUND:
                    return
                self.sent += 1
            try:
                connection = connection or self.connect()
                promise = self.file_one(random_source, connection)
                if promise["status"] != 201:
                    time.sleep(0.02)
            except (OSError, http.client.HTTPException):
                if connection is not None:
                    connection.close()
                connection = None
                # Long enough not to spin while the server is down, short enough to hit it while it comes back.
                time.sleep(0.05)

    def stop(self):
        self.stopping.set()
        for worker in self.workers:
            worker.join(REQUEST_LIMIT_S + 5)
        self.workers = []

    def close(self):
        self.journal_file.close()

    # ---- what was promised --------------------------------------------------------------------------------------

    def kept_before(self, cut_ns):
        """Strict rule: a promise counts when its answer had been read before the cut began."""
        return [p for p in self.journal if p.get("acked", cut_ns + 1) < cut_ns]

    def not_kept_before(self, cut_ns):
        """Sent but not promised in time: may be there or not, but never twice. Clean refusals are not asked again."""
        return [p for p in self.journal if p.get("acked", cut_ns + 1) >= cut_ns and "refusal" not in p]

    def refused(self, cut_ns):
        """Statuses of refusals whose answer came before the cut, and after it."""
        before, after = {}, {}
        for promise in self.journal:
            if "refused" in promise:
                place = before if promise["refused"] < cut_ns else after
                place[promise["status"]] = place.get(promise["status"], 0) + 1
        return before, after
