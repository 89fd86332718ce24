#!/usr/bin/env python3
"""A stand-in for the product, to prove the rig: it answers the few routes that the rig uses from one SQLite table.

The product has no switch that weakens its promises, so the rig could never be seen red against it. This one has:
STAND_IN_SYNCHRONOUS=NORMAL acknowledges before the disk has it, FULL keeps its word.
"""

import html
import http.server
import json
import os
import secrets
import select
import signal
import sqlite3
import sys
import threading
import urllib.parse

SYNCHRONOUS = {"NORMAL": "NORMAL", "FULL": "FULL"}[os.environ.get("STAND_IN_SYNCHRONOUS", "FULL")]


class Store:
    def __init__(self, folder):
        os.makedirs(folder, exist_ok=True)
        self.lock = threading.Lock()
        self.db = sqlite3.connect(os.path.join(folder, "stand-in.db"), check_same_thread=False, isolation_level=None)
        self.db.execute("PRAGMA journal_mode=WAL")
        self.db.execute(f"PRAGMA synchronous={SYNCHRONOUS}")
        self.db.execute("CREATE TABLE IF NOT EXISTS report(number INTEGER PRIMARY KEY, key TEXT UNIQUE, id TEXT, "
                        "code TEXT UNIQUE, body TEXT)")

    def file(self, key, body):
        with self.lock:
            # A desk's real pace: a fast writer checkpoints so often that the weakness hides behind the checkpoints.
            select.select([], [], [], 0.003)
            found = self.db.execute("SELECT number, id, code FROM report WHERE key = ?", (key,)).fetchone()
            if found is None:
                code = secrets.token_hex(12)
                self.db.execute("INSERT INTO report(key, id, code, body) VALUES (?, ?, ?, ?)",
                                (key, secrets.token_hex(8), code, body))
                found = self.db.execute("SELECT number, id, code FROM report WHERE key = ?", (key,)).fetchone()
            return found

    def by_code(self, code):
        with self.lock:
            found = self.db.execute("SELECT body FROM report WHERE code = ?", (code,)).fetchone()
            return found[0] if found else None


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, status, body, kind="application/json", headers=()):
        data = body.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def do_GET(self):  # noqa: N802 (the standard library's name)
        if self.path in ("/readyz", "/healthz"):
            self.answer(200, "{}")
        elif self.path == "/api/v1/programs":
            self.answer(200, json.dumps({"items": [{"slug": "main", "name": "Main"}]}))
        elif self.path == "/case":
            self.answer(200, '<form method="post" action="/case"><input name="code"></form>', "text/html")
        elif self.path == "/case/mine":
            code = self.headers.get("Cookie", "").removeprefix("code=")
            body = self.server.store.by_code(code)
            self.answer(200 if body else 404, f"<p>{html.escape(body or 'nothing')}</p>", "text/html")
        else:
            self.answer(404, "{}")

    def do_POST(self):  # noqa: N802
        body = self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode()
        if self.path == "/case":
            code = urllib.parse.parse_qs(body).get("code", [""])[0]
            self.answer(303, "", "text/html", [("Location", "/case/mine"), ("Set-Cookie", f"code={code}")])
            return
        try:
            number, identity, code = self.server.store.file(self.headers["Idempotency-Key"], body)
        except sqlite3.Error as problem:
            self.answer(507, json.dumps({"title": str(problem)}))
            return
        self.answer(201, json.dumps({"id": identity, "number": f"REP-{number}", "code": code, "receipt": None}))

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


def option(name):
    return sys.argv[sys.argv.index(name) + 1]


def serve():
    host, port = option("--listen").split(":")
    server = Server((host, int(port)), Handler)
    server.store = Store(option("--data"))
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
    server.serve_forever()


def verify():
    answer = Store(option("--data")).db.execute("PRAGMA integrity_check").fetchone()[0]
    print(answer)
    return 0 if answer == "ok" else 1


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        serve()
    elif sys.argv[1] == "verify":
        sys.exit(verify())
    else:
        sys.exit(2)
