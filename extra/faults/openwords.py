"""What a thief of the data folder reads: after reports made from real texts, no word that people wrote lies open.

Every file below the data folder, and a backup, is searched for every word of five letters or more of what was sent. Our
own vocabulary (the words in our sources) is no secret. A hit counts inside a run of printable bytes, so that five random
bytes of a sealed value do not.
"""

import gzip
import http.client
import json
import os
import random
import re
import time
from pathlib import Path

from checks import Findings, after_fault
from client import WORDS, Client
from product import Product

ROOT = Path(__file__).resolve().parents[2]
WORD = re.compile(r"[A-Za-z]{5,}")
RUN = re.compile(rb"[\x20-\x7e\t\r\n]{12,}")
TITLE_MAX, BODY_MAX = 120, 20_000


def no_open_words(rig, reports):
    findings = Findings()
    # A log of its own: other faults leave messages of the system there, in words that are not ours.
    outside = rig.fresh("open-words-log")
    outside.mkdir()
    # Letters and messages to receivers lie in the store too.
    product = Product(rig.binary, rig.fresh("open-words"), outside, told=rig.told())
    try:
        product.start()
        product.enlist()
        client = Client(product.port, rig.scratch / "journal.jsonl", f"{rig.seed}/open-words")
        client.find_slug()
        sent, draw = set(), random.Random(rig.seed)
        for title, body in texts(reports):
            file_text(client, draw, title, body, findings)
            sent.update(word.lower() for word in WORD.findall(f"{title} {body}"))
        # Jobs (search, log) write their share.
        time.sleep(2)
        if client.refusals:
            findings.say(f"{findings.refused} texts were refused: {client.refusals}")
        ours = our_words()
        # A plain column may stand right behind an id, whose last byte may look like a letter.
        secret = {word for word in sent - ours if word[1:] not in ours}
        search(product, secret, "while it runs", findings)
        backup = rig.scratch / "open-words.backup"
        status, words = product.run("backup", str(backup), *product.store_arguments())
        if status != 0:
            findings.store_faults += 1
            findings.say(f"backup: status {status}: {words.strip()[-200:]}")
        after_fault(product, client, time.monotonic_ns(), findings, restart=False)
        search(product, secret, "after a stop, with a backup", findings, [backup, product.log])
        client.close()
    finally:
        product.kill()
    return findings


def texts(count):
    """(title, body) of real reports where the shared data is there, else of invented words."""
    source = Path(os.environ.get("LEEWARD_SHARED", "/nonexistent")) / "data" / "h1-reports" / "reports.jsonl.gz"
    if not source.exists():
        print("    NOTE: no shared data: invented words instead of real reports", flush=True)
        draw = random.Random(1)
        invented = ["".join(draw.choice("bcdfglmnprstv") + draw.choice("aeiou") for _ in range(4)) for _ in range(500)]
        for _ in range(count):
            yield " ".join(draw.sample(invented, 5)), " ".join(draw.choices(invented + list(WORDS), k=150))
        return
    given = 0
    with gzip.open(source, "rt", encoding="utf-8") as lines:
        for line in lines:
            report = json.loads(line)
            if given == count:
                return
            if report.get("body"):
                given += 1
                yield report["title"][:TITLE_MAX] or "No title", report["body"][:BODY_MAX]


def file_text(client, draw, title, body, findings):
    promise = client.make(draw)
    clean = "".join(c for c in body if c in "\t\n\r" or ord(c) >= 32 and not 127 <= ord(c) < 160)
    promise["report"] = {"title": f"{promise['marker']} {' '.join(title.split())}", "summary": clean[:200].strip() or "Empty.",
                         "body": clean or "Empty."}
    promise["sent"] = time.monotonic_ns()
    try:
        status, document = client.post(promise)
    except (OSError, http.client.HTTPException):
        status, document = 0, None
    promise["status"] = status
    if status == 201:
        promise["acked"], promise["answer"] = time.monotonic_ns(), document
        client.note(promise)
    else:
        findings.refused += 1
        client.refusals[status] = client.refusals.get(status, 0) + 1


def our_words():
    """Words of five letters or more in our sources and templates: the product's own vocabulary."""
    # SQLite names the index of a UNIQUE column sqlite_autoindex_TABLE_N.
    found = {"autoindex"}
    for pattern in ("*.rs", "*.sql", "*.html", "*.toml", "*.css", "*.js"):
        for path in (ROOT / "crates").rglob(pattern):
            found.update(word.lower() for word in WORD.findall(path.read_text(encoding="utf-8", errors="replace")))
    for path in (ROOT / "crates").rglob("*"):
        found.update(word.lower() for word in WORD.findall(path.name))
    return found


def search(product, secret, when, findings, others=()):
    files = [path for path in [*product.data.rglob("*"), *others] if path.is_file()]
    size = 0
    for path in files:
        content = path.read_bytes()
        size += len(content)
        for run in RUN.findall(content):
            hits = {word.lower() for word in WORD.findall(run.decode("ascii"))} & secret
            if hits:
                findings.store_faults += 1
                findings.say(f"{path.name} {when}: open words {sorted(hits)[:5]} in {run[:60]!r}")
    print(f"    searched {len(files)} files, {size / 1e6:.1f} MB, {when}: {len(secret)} words sought", flush=True)
