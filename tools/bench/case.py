#!/usr/bin/env python3
"""One case with very many events, and how long its pages take and how large they are, on SQLite and on PostgreSQL.

    tools/bench/case.py --binary target/release/leeward [--events 10000] [--messages 1000] [--engines sqlite,postgres]

Files one report, writes --messages messages and notes until it has --events events through the API, then asks each page
over one kept-alive connection on loopback, one request at a time. What is measured is the time until the whole answer
has been read: an upper bound of the server's time. Prints a Markdown table. Traffic goes to 127.0.0.1 only.
"""

import argparse
import json
import os
import random
import re
import statistics
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "extra" / "faults"))

from client import Client  # noqa: E402
from cluster import Cluster  # noqa: E402
from house import drain, returning, say, timed  # noqa: E402
from person import Browser, become_owner, make_token  # noqa: E402
from product import Product  # noqa: E402

PERMISSIONS = ("read-cases", "read-team-text", "act-on-cases", "message-reporter", "write-team-text")
CASE = "REP-1"


def fill(api, events, messages):
    """Notes with a message among them now and then; the words are Markdown, as people write them."""
    every = max(events // max(messages, 1), 1)
    for n in range(events):
        audience = "reporter" if n % every == 0 else "team"
        words = f"Step {n}: **tried** it on `staging`, see https://git.acme.example/{n}.\n\n- one\n- two"
        answer, text = api.call("POST", f"/api/v1/cases/{CASE}/messages", json.dumps({"body": words, "audience": audience}),
                                {"Content-Type": "application/json", "Idempotency-Key": f"fill-{n}"})
        if answer.status != 201:
            raise OSError(f"message {n}: {answer.status} {text[:300]}")
        if n % 1000 == 999:
            say(f"{n + 1} of {events} written")


def questions(events, runs):
    middle = events // 2
    return [
        ("case page, newest part", "desk", [f"/desk/cases/{CASE}"] * runs),
        ("case page, a part in the middle", "desk", [f"/desk/cases/{CASE}?before={middle}"] * runs),
        ("case page by a permalink", "desk", [f"/desk/cases/{CASE}?at={middle}"] * runs),
        ("case page, oldest part", "desk", [f"/desk/cases/{CASE}?before=40"] * runs),
        ("reporter's page", "reporter", ["/case/mine"] * runs),
        ("API case", "api", [f"/api/v1/cases/{CASE}"] * runs),
        ("API events, a part", "api", [f"/api/v1/cases/{CASE}/events?before={middle}"] * runs),
        ("API history", "api", [f"/api/v1/cases/{CASE}/history"] * runs),
    ]


def measure(binary, scratch, engine, arguments):
    cluster = Cluster(scratch / "pg") if engine == "postgres" else None
    product = Product(binary, scratch / f"{engine}-data", scratch, database=cluster.start() if cluster else None)
    try:
        product.start()
        link = re.findall(r"http\S+(/desk/set-up/\S+)", product.log.read_text())[-1]
        browser = become_owner(product.port, link)
        api = Browser(product.port, make_token(browser, PERMISSIONS))
        client = Client(product.port, scratch / f"{engine}.jsonl", "case")
        client.find_slug()
        code = client.file_one(random.Random(4))["answer"]["code"]
        fill(api, arguments.events, arguments.messages)
        drain(product)
        desk = Browser(product.port)
        desk.cookies = browser.cookies
        askers = {"desk": desk, "api": api, "reporter": returning(product.port, code)}
        rows = []
        for name, who, paths in questions(arguments.events, arguments.runs):
            median, worst = timed(askers[who], paths)
            rows.append((name, median, worst, len(askers[who].get(paths[-1]).encode()) / 1000))
            say(f"{engine}: {name}: median {median:.1f} ms, {rows[-1][3]:.1f} kB")
        product.stop()
        return rows
    finally:
        product.kill()
        if cluster:
            cluster.stop()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", required=True)
    parser.add_argument("--events", type=int, default=10_000)
    parser.add_argument("--messages", type=int, default=1_000)
    parser.add_argument("--engines", default="sqlite,postgres")
    parser.add_argument("--runs", type=int, default=50, help="requests of each question")
    arguments = parser.parse_args()
    engines = arguments.engines.split(",")
    with tempfile.TemporaryDirectory() as folder:
        found = [measure(Path(arguments.binary).resolve(), Path(folder), engine, arguments) for engine in engines]
    print(f"\n{arguments.events} events, {arguments.messages} of them messages; {os.cpu_count()} cores; "
          f"median / p99 in milliseconds, kB.\n")
    print("| page | " + " | ".join(engines) + " |\n|---|" + "---|" * len(engines))
    for place, (name, *_) in enumerate(found[0]):
        cells = (f"{m:.1f} / {w:.1f}, {kb:.1f} kB" for _, m, w, kb in (rows[place] for rows in found))
        print(f"| {name} | " + " | ".join(cells) + " |")
    print(f"\nmedian of medians {statistics.median(row[1] for rows in found for row in rows):.1f} ms", file=sys.stderr)


if __name__ == "__main__":
    main()
