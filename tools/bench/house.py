#!/usr/bin/env python3
"""A house of 100,000 cases, filled through the API, and how long its pages then take, on SQLite and on PostgreSQL.

    tools/bench/house.py --binary target/release/leeward [--cases 100000] [--events 0] [--engines sqlite,postgres] [--folder DIR]

Fills by wrk (fill.lua), waits until no job is due, signs a first owner up by the printed link, works on some cases, then
asks each page and route of QUESTIONS over one kept-alive connection on loopback, one request at a time. What is measured
is the time until the whole answer has been read by this program: an upper bound of the server's time. Then CROWD clients
of wrk ask the questions a desk asks all day, each for --seconds. Prints a Markdown table. Traffic goes to 127.0.0.1 only.
--keep leaves the stores where they are, to look into them. --events makes up what is missing to so many events: real
messages in the cases that are asked for, and in the others rows of the same size, written straight into the store.
"""

import argparse
import contextlib
import json
import os
import platform
import random
import re
import shutil
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import quote

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "extra" / "faults"))

from client import Client  # noqa: E402
from cluster import Cluster, children_of  # noqa: E402
from person import Browser, become_owner, make_token  # noqa: E402
from product import Product  # noqa: E402

THREADS, CLIENTS, VOCABULARY = 2, 64, 60_000
FILL_LIMIT_S, QUEUE_LIMIT_S, IDLE_LIMIT_S = 7200, 14400, 30
PADDING = 640
PERMISSIONS = ("read-cases", "read-team-text", "act-on-cases", "search-cases", "assign-cases", "write-team-text")
DEEP, WARMING = 100, 3
CROWD = 16
CROWDED = ("inbox, first page", "search, a rare word", "search, a word in 80 %", "search, three words", "case page",
           "API cases, first page", "API search, a rare word", "API case")


def say(text):
    print(f"{time.strftime('%H:%M:%S')} load {os.getloadavg()[0]:.1f}: {text}", file=sys.stderr, flush=True)


def vocabulary(path):
    """Made-up words of two to four syllables, the most frequent first; the same each time."""
    source, words = random.Random(1), []
    while len(words) < VOCABULARY:
        words.append("".join(source.choice("bcdfghklmnprstvwz") + source.choice("aeiou") + source.choice("lmnrst")
                             for _ in range(source.randint(2, 4))))
    path.write_text("\n".join(words) + "\n")
    return words


def resident_mb(product):
    """Resident memory, and how much of it is the process's own: the rest are pages of files, such as SQLite's store."""
    status = Path(f"/proc/{product.process.pid}/status").read_text()
    return tuple(int(re.search(rf"{name}:\s+(\d+)", status).group(1)) / 1024 for name in ("VmRSS", "RssAnon"))


def cpu_ms(product, cluster):
    """Processor time used so far by the product and its database server: what a busy machine does not change."""
    ticks = 0
    for process in [product.process.pid, *(children_of(cluster.postmaster) if cluster else [])]:
        with contextlib.suppress(OSError):
            fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
            ticks += int(fields[11]) + int(fields[12])
    return ticks * 1000 / os.sysconf("SC_CLK_TCK")


def megabytes(pair):
    return f"{pair[0]:.0f} ({pair[1]:.0f})"


def ask_store(product, statement):
    """One number out of the store, beside the product."""
    if product.database:
        done = subprocess.run(["psql", product.database, "-Atc", statement], capture_output=True, text=True, check=True)
        return int(done.stdout or 0)
    with contextlib.closing(sqlite3.connect(f"file:{product.data}/leeward.sqlite?mode=ro", uri=True, timeout=60)) as store:
        return store.execute(statement).fetchone()[0] or 0


def due_jobs(product):
    return ask_store(product, f"SELECT COUNT(*) FROM jobs WHERE due_at <= {time.time_ns() // 1000}")


def size_on_disk(product):
    files = sum(path.stat().st_size for path in product.data.rglob("*") if path.is_file())
    return files + (ask_store(product, "SELECT pg_database_size(current_database())") if product.database else 0)


# ---- filling ------------------------------------------------------------------------------------------------------


def fill(product, slug, words, cases):
    """Reports until there are enough: what was refused is sent again under its own key."""
    environment = {**os.environ, "SLUG": slug, "SALT": "fill", "FIRST": "1", "LAST": str(cases), "WORDS": str(words),
                   "STRIDE": str(max(cases // 5, 11)), "THREADS": str(THREADS)}
    command = ["wrk", f"-t{THREADS}", f"-c{CLIENTS}", f"-d{FILL_LIMIT_S}s", "--timeout", "30s", "-s",
               str(Path(__file__).with_name("fill.lua")), f"http://127.0.0.1:{product.port}"]
    began, have = time.monotonic(), 0
    for _ in range(5):
        have = one_fill(product, command, environment, cases)
        say(f"{have} of {cases} cases filed after {time.monotonic() - began:.0f} s")
        if have >= cases:
            return time.monotonic() - began
    raise RuntimeError(f"only {have} of {cases} cases could be filed: {product.log_tail()}")


def one_fill(product, command, environment, cases):
    """wrk until there are enough cases, or none were added for a while; it ends by an interrupt, or sleeps to its limit."""
    load = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT, text=True)
    have, changed, told = 0, time.monotonic(), time.monotonic()
    try:
        while load.poll() is None and have < cases and time.monotonic() - changed < IDLE_LIMIT_S:
            time.sleep(0.5)
            now = ask_store(product, "SELECT COUNT(*) FROM cases")
            if now != have:
                have, changed = now, time.monotonic()
            if time.monotonic() - told > 20:
                told = time.monotonic()
                say(f"{have} of {cases} cases filed, {due_jobs(product)} jobs due")
        load.send_signal(signal.SIGINT)
        printed, _ = load.communicate(timeout=60)
    finally:
        load.kill()
    if "FIGURES" not in printed:
        raise RuntimeError(f"wrk: {printed[-500:]}")
    return have


def drain(product, browser):
    """Waits until no job is due. The session of `browser` would end meanwhile if nobody used it."""
    began, told = time.monotonic(), 0
    while (left := due_jobs(product)) > 0:
        waited = time.monotonic() - began
        if waited > QUEUE_LIMIT_S:
            raise RuntimeError(f"{left} jobs are due after {waited:.0f} s: {product.log_tail()}")
        if waited - told > 20:
            told = waited
            again = Browser(product.port)
            again.cookies = browser.cookies
            again.get("/desk")
            again.close()
            say(f"{left} jobs left")
        time.sleep(0.25)
    return time.monotonic() - began


def work(api, cases):
    """One case in twenty, at most 500: triaged, every second closed, so that the filters have something to tell apart."""
    numbers = random.Random(2).sample(range(1, cases + 1), min(cases // 20, 500))
    for place, number in enumerate(numbers):
        steps = [("triage", {}), ("set-severity", {"severity": "critical", "reason": "As the report says."})]
        if place % 2:
            steps.append(("close", {"outcome": "informative", "reason": "Thank you; nothing to mend."}))
        for action, data in steps:
            answer, _ = api.call("GET", f"/api/v1/cases/REP-{number}")
            answer, text = api.call(
                "POST", f"/api/v1/cases/REP-{number}/actions/{action}", json.dumps(data),
                {"Content-Type": "application/json", "If-Match": answer.headers["ETag"],
                 "Idempotency-Key": f"work-{number}-{action}"})
            if answer.status not in (200, 422):
                raise OSError(f"{action} of REP-{number}: {answer.status} {text[:300]}")
    return len(numbers)


def asked(cases, runs):
    """The cases whose pages are asked for."""
    source = random.Random(3)
    return [source.randint(1, cases) for _ in range(runs)]


def talk(api, numbers, each):
    """Notes of the team in these cases, so many in each."""
    words = "What was found so far, and what is to be looked at next. " * (PADDING // 58)
    for number in sorted(set(numbers)):
        for place in range(each):
            answer, text = api.call("POST", f"/api/v1/cases/REP-{number}/messages", json.dumps({"body": words, "audience": "team"}),
                                    {"Content-Type": "application/json", "Idempotency-Key": f"talk-{number}-{place}"})
            if answer.status != 201:
                raise OSError(f"a note in REP-{number}: {answer.status} {text[:300]}")


def pad(product, numbers, events):
    """Rows as large as a message's, of random bytes, in the cases that nobody asks for; the product does not run."""
    have = ask_store(product, "SELECT COUNT(*) FROM events")
    listed = ",".join(str(number) for number in sorted(set(numbers)))
    others = ask_store(product, f"SELECT COUNT(*) FROM cases WHERE number NOT IN ({listed})")
    each = -(-(events - have) // others)
    if each <= 0:
        return
    began = time.monotonic()
    say(f"{have} events; {each} rows more in each of {others} cases")
    columns = "INSERT INTO events (id, case_id, seq, kind, audience, party, actor, at, body, salt)"
    values = "id, {seq}, 'message_sent', 'reporter', 'team', NULL, received_at"
    if product.database:
        statement = (f"{columns} SELECT gen_random_uuid(), {values.format(seq='1000 + n')}, "
                     f"(SELECT decode(string_agg(md5(random()::text), ''), 'hex') FROM generate_series(1, {PADDING // 16} + n * 0)), "
                     f"decode(md5(random()::text), 'hex') "
                     f"FROM cases, generate_series(1, {each}) n WHERE number NOT IN ({listed}); ANALYZE events")
        subprocess.run(["psql", product.database, "-qc", statement], check=True)
    else:
        with contextlib.closing(sqlite3.connect(f"{product.data}/leeward.sqlite", timeout=60)) as store, store:
            for n in range(1, each + 1):
                store.execute(f"{columns} SELECT randomblob(16), {values.format(seq=1000 + n)}, randomblob({PADDING}), "
                              f"randomblob(16) FROM cases WHERE number NOT IN ({listed})")
    say(f"padded in {time.monotonic() - began:.0f} s")


# ---- measuring ----------------------------------------------------------------------------------------------------


def timed(browser, paths, expect=None):
    """Milliseconds of each request, median and p99; the first path is asked WARMING times before."""
    for _ in range(WARMING):
        browser.get(paths[0])
    times = []
    for path in paths:
        began = time.perf_counter()
        text = browser.get(path)
        times.append((time.perf_counter() - began) * 1000)
    if expect and expect not in text:
        raise RuntimeError(f"{paths[-1]} does not say {expect!r}: {text[:400]}")
    times.sort()
    return statistics.median(times), times[min(len(times) - 1, len(times) * 99 // 100)]


def crowded(browser, path, seconds):
    """Requests a second of CROWD clients who ask for this path, and the p99 in wrk's words."""
    done = subprocess.run(["wrk", f"-t{THREADS}", f"-c{CROWD}", f"-d{seconds}s", "--latency", "--timeout", "30s",
                           *(part for name, value in browser.who().items() for part in ("-H", f"{name}: {value}")),
                           f"http://127.0.0.1:{browser.connection.port}{path}"],
                          capture_output=True, text=True, check=True, timeout=seconds + 60)
    if "Non-2xx" in done.stdout or "Socket errors" in done.stdout:
        raise RuntimeError(f"{path}: {done.stdout}")
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", done.stdout).group(1))
    return rate, re.search(r"99%\s+(\S+)", done.stdout).group(1)


def deep_cursor(api, query=""):
    """`next` after DEEP pages."""
    cursor = None
    for _ in range(DEEP):
        answer = json.loads(api.get(f"/api/v1/cases?{query}" + (f"&cursor={cursor}" if cursor else "")))
        if not answer["next"]:
            break
        cursor = answer["next"]
    return cursor or ""


def returning(port, code):
    """The reporter's side: the code typed into the return door."""
    browser = Browser(port)
    browser.submit("/case", [("code", code)], "/case")
    return browser


def questions(words, cases, deep, runs):
    """Name, who asks, paths, what the last answer says."""
    three = quote(f"commonplace {words[20]} {words[300]}")
    some = [f"REP-{number}" for number in asked(cases, runs)]
    lists = [("first page", "", ""), ("critical", "severity=critical", "severity=critical"),
             ("closed", "state=closed", "state=closed"), ("mine (nothing)", "owner=me", None),
             ("late", "late=yes", None), ("waiting (nothing)", "waiting=yes", None),
             ("page 101", f"from={deep}", f"cursor={deep}")]
    rows = [(f"inbox, {name}", "desk", [f"/desk?{page}"] * runs, None) for name, page, _ in lists]
    rows += [(f"API cases, {name}", "api", [f"/api/v1/cases?{api}"] * runs, '"items"')
             for name, _, api in lists if api is not None]
    for name, query in (("a rare word", "needlework"), ("a word in 80 %", "commonplace"), ("three words", three)):
        rows.append((f"search, {name}", "desk", [f"/desk?q={query}"] * runs, "/desk/cases/REP-"))
        rows.append((f"API search, {name}", "api", [f"/api/v1/cases?q={query}"] * runs, '"REP-'))
    return rows + [
        ("case page", "desk", [f"/desk/cases/{name}" for name in some], "REP-"),
        ("API case", "api", [f"/api/v1/cases/{name}" for name in some], '"REP-'),
        ("programme page", "nobody", ["/programs/main"] * runs, None),
        ("report form", "nobody", ["/programs/main/report"] * runs, None),
        ("reporter's page", "reporter", ["/case/mine"] * runs, None),
    ]


def measure(binary, scratch, engine, arguments):
    cases, runs, events = arguments.cases, arguments.runs, arguments.events
    cluster = Cluster(scratch / "pg") if engine == "postgres" else None
    database = cluster.start() if cluster else None
    words_file = scratch / "words.txt"
    words = vocabulary(words_file)
    product = Product(binary, scratch / f"{engine}-data", scratch, database=database)
    found = {"engine": engine, "rows": []}
    try:
        found["first start ms"] = product.start() * 1000
        # The log goes on from engine to engine.
        link = re.findall(r"http\S+(/desk/set-up/\S+)", product.log.read_text())[-1]
        browser = become_owner(product.port, link)
        token = make_token(browser, PERMISSIONS)
        product.stop()
        found["empty start ms"] = statistics.median(restart(product) for _ in range(5))
        found["empty MB"] = resident_mb(product)
        say(f"{engine}: empty, ready after {found['empty start ms']:.0f} ms, {megabytes(found['empty MB'])} MB")
        client = Client(product.port, scratch / "journal.jsonl", "house")
        client.find_slug()
        code = client.file_one(random.Random(4))["answer"]["code"]
        found["fill s"] = fill(product, client.slug, words_file, cases)
        found["after fill MB"] = resident_mb(product)
        found["drain s"] = drain(product, browser)
        found["jobs"] = cases
        say(f"{engine}: filled in {found['fill s']:.0f} s, indexed {found['drain s']:.0f} s later")
        api = Browser(product.port, token)
        work(api, cases)
        if events:
            talk(api, asked(cases, runs), events // cases)
        drain(product, browser)
        found["indexed MB"] = resident_mb(product)
        api.close()
        product.stop()
        if events:
            pad(product, asked(cases, runs), events)
        found["bytes"] = size_on_disk(product)
        found["full start ms"] = statistics.median(restart(product) for _ in range(5))
        found["full MB"] = resident_mb(product)
        say(f"{engine}: full, ready after {found['full start ms']:.0f} ms, {megabytes(found['full MB'])} MB")
        api = Browser(product.port, token)
        desk = Browser(product.port)
        desk.cookies = browser.cookies
        askers = {"desk": desk, "api": api, "nobody": Browser(product.port), "reporter": returning(product.port, code)}
        for name, who, paths, expect in questions(words, cases, deep_cursor(api), runs):
            before = cpu_ms(product, cluster)
            median, worst = timed(askers[who], paths, expect)
            cpu = (cpu_ms(product, cluster) - before) / (len(paths) + WARMING)
            found["rows"].append((name, median, worst, cpu, os.getloadavg()[0]))
            say(f"{engine}: {name}: median {median:.1f} ms, p99 {worst:.1f} ms, processor {cpu:.1f} ms")
        found["crowd"] = []
        for name, who, paths, _ in questions(words, cases, deep_cursor(api), 1):
            if arguments.seconds and name in CROWDED:
                rate, worst = crowded(askers[who], paths[0], arguments.seconds)
                found["crowd"].append((name, rate, worst))
                say(f"{engine}: {name}: {rate:.0f} a second for {CROWD} clients, p99 {worst}")
        found["asked MB"] = resident_mb(product)
        product.stop()
        return found
    finally:
        product.kill()
        if cluster:
            cluster.stop()


def restart(product):
    """Seconds from spawn to ready, in milliseconds; the process stays."""
    product.stop()
    return product.start() * 1000


# ---- showing ------------------------------------------------------------------------------------------------------


def show(found, binary, cases):
    memory = int(re.search(r"MemTotal:\s+(\d+)", Path("/proc/meminfo").read_text()).group(1)) / 1024 / 1024
    engines = [one["engine"] for one in found]
    print(f"\nMachine: {os.cpu_count()} cores, {memory:.0f} GB of memory, {platform.system()} {platform.release()}; "
          f"binary {os.path.getsize(binary) / 1e6:.1f} MB; {cases} cases; load generator on the same cores.\n")
    print("| figure | aim | " + " | ".join(engines) + " |")
    print("|---|---|" + "---|" * len(engines))
    plain = [("ready, empty store, ms", "300", lambda f: f"{f['empty start ms']:.0f}"),
             ("ready, full store, ms", "1000", lambda f: f"{f['full start ms']:.0f}"),
             ("memory, empty store, MB (its own, without pages of files)", "60", lambda f: megabytes(f['empty MB'])),
             ("memory right after the fill, MB", "-", lambda f: megabytes(f['after fill MB'])),
             ("memory when all is indexed, MB", "-", lambda f: megabytes(f['indexed MB'])),
             ("memory after a restart and every question, MB", "-", lambda f: megabytes(f['asked MB'])),
             ("cases filed a second (indexing at the same time)", "-", lambda f: f"{cases / f['fill s']:.0f}"),
             ("index jobs a second, fill and rest", "-", lambda f: f"{cases / (f['fill s'] + f['drain s']):.0f}"),
             ("seconds until all was indexed", "-", lambda f: f"{f['fill s'] + f['drain s']:.0f}"),
             ("kB on disk a case", "-", lambda f: f"{f['bytes'] / cases / 1000:.1f}")]
    for name, aim, of in plain:
        print(f"| {name} | {aim} | " + " | ".join(of(one) for one in found) + " |")
    print("\nMilliseconds: median / p99, processor time of product and database a request (load average):\n")
    print("| question | aim, median | " + " | ".join(engines) + " |")
    print("|---|---|" + "---|" * len(engines))
    for place, (name, *_) in enumerate(found[0]["rows"]):
        aim = "20" if name.startswith(("inbox", "API cases")) else "30" if "search" in name else "-"
        cells = (one["rows"][place] for one in found)
        print(f"| {name} | {aim} | " + " | ".join(f"{m:.1f} / {w:.1f}, {cpu:.1f} ({load:.1f})" for _, m, w, cpu, load in cells) + " |")
    if not found[0]["crowd"]:
        return
    print(f"\nRequests a second of {CROWD} clients, p99:\n")
    print("| question | " + " | ".join(engines) + " |")
    print("|---|" + "---|" * len(engines))
    for place, (name, *_) in enumerate(found[0]["crowd"]):
        print(f"| {name} | " + " | ".join(f"{one['crowd'][place][1]:.0f}, {one['crowd'][place][2]}" for one in found) + " |")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", required=True)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--events", type=int, default=0, help="make them up to so many; 0: what the cases bring")
    parser.add_argument("--engines", default="sqlite,postgres")
    parser.add_argument("--runs", type=int, default=200, help="requests of each question")
    parser.add_argument("--seconds", type=int, default=10, help=f"{CROWD} clients ask each so long; 0: not at all")
    parser.add_argument("--folder", default=None, help="where the stores lie; default: a new temporary folder")
    parser.add_argument("--keep", action="store_true", help="leave the stores there")
    arguments = parser.parse_args()
    if shutil.which("wrk") is None:
        print("missing: wrk (Debian: apt-get install wrk)", file=sys.stderr)
        return 2
    scratch = Path(tempfile.mkdtemp(prefix="leeward-house.", dir=arguments.folder))
    scratch.chmod(0o755)
    found = []
    try:
        for engine in arguments.engines.split(","):
            found.append(measure(arguments.binary, scratch, engine, arguments))
    finally:
        if arguments.keep:
            say(f"kept: {scratch}")
        else:
            shutil.rmtree(scratch, ignore_errors=True)
        if found:
            show(found, arguments.binary, arguments.cases)
    return 0


if __name__ == "__main__":
    sys.exit(main())
