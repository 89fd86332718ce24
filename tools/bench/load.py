#!/usr/bin/env python3
"""Durable reports a second: 64 clients (wrk) against the built binary, on SQLite and on PostgreSQL.

    tools/bench/load.py --binary target/release/leeward [--seconds 10] [--folder DIR] [--engines sqlite,postgres]

Each engine runs twice: once unwatched for speed, once with its fsyncs counted (strace stops the process only at those
calls; PostgreSQL counts its own in pg_stat_wal). Between them the folder is asked how many fsyncs of 4 kB it can do one
after the other: what a desk with one fsync a report could reach at best. Traffic goes to 127.0.0.1 only.
"""

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "extra" / "faults"))

from client import Client  # noqa: E402
from cluster import Cluster  # noqa: E402
from product import Product  # noqa: E402

CLIENTS = 64


def one_by_one(folder, seconds=3.0):
    """Appends of 4 kB, each followed by fdatasync, a second."""
    path, block, count = Path(folder) / "one-by-one", os.urandom(4096), 0
    handle = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC)
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        os.write(handle, block)
        os.fdatasync(handle)
        count += 1
    elapsed = time.monotonic() - began
    os.close(handle)
    path.unlink()
    return count / elapsed


def wrk(product, slug, salt, seconds):
    command = ["wrk", "-t2", f"-c{CLIENTS}", f"-d{seconds}s", "--timeout", "10s", "-s",
               str(Path(__file__).with_name("intake.lua")), f"http://127.0.0.1:{product.port}"]
    done = subprocess.run(command, env={**os.environ, "SLUG": slug, "SALT": salt}, capture_output=True, text=True,
                          check=True, timeout=seconds + 60)
    line = next(line for line in done.stdout.splitlines() if line.startswith("FIGURES "))
    return json.loads(line.removeprefix("FIGURES "))


def memory_mb(product):
    for line in Path(f"/proc/{product.process.pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


def wal_syncs(cluster):
    done = subprocess.run(["psql", cluster.call("url"), "-Atc", "SELECT wal_sync FROM pg_stat_wal"],
                          capture_output=True, text=True, check=True)
    return int(done.stdout)


def settle_wal():
    """Backends hand their counters over when idle for a second."""
    time.sleep(2)


def measure(binary, scratch, engine, seconds):
    cluster = Cluster(scratch / "pg") if engine == "postgres" else None
    database = cluster.start() if cluster else None
    try:
        product = Product(binary, scratch / f"{engine}-data", scratch, database=database)
        ready = product.start()
        idle = memory_mb(product)
        client = Client(product.port, scratch / "journal.jsonl", "bench")
        client.find_slug()
        wrk(product, client.slug, "warm", 2)
        speed = wrk(product, client.slug, "speed", seconds)
        loaded = memory_mb(product)
        raw = one_by_one(scratch)
        watched, syncs = count_syncs(product, cluster, client.slug, scratch, seconds)
        product.stop()
        status, words = product.verify()
        if status != 0:
            print(f"verify after the load: status {status}: {words.strip()[-300:]}", file=sys.stderr)
        return {"engine": engine, "ready_ms": ready * 1000, "idle_mb": idle, "loaded_mb": loaded, "raw": raw,
                "syncs": syncs, "watched": watched["accepted"], "verify": status, **speed}
    finally:
        product.kill()
        if cluster:
            cluster.stop()


def count_syncs(product, cluster, slug, scratch, seconds):
    """A second run with fsyncs counted, of the product and, where there is one, of the cluster's log."""
    product.stop()
    trace = scratch / "syncs.txt"
    before = wal_syncs(cluster) if cluster else 0
    product.start(["strace", "-f", "-qq", "--seccomp-bpf", "-o", str(trace), "-e", "trace=fsync,fdatasync",
                   "-e", "signal=none"])
    started = len(trace.read_text().splitlines())
    watched = wrk(product, slug, "watched", seconds)
    product.stop()
    calls = [line for line in trace.read_text().splitlines()[started:] if "resumed" not in line]
    if cluster:
        settle_wal()
    return watched, len(calls) + (wal_syncs(cluster) - before if cluster else 0)


def show(rows, binary):
    print(f"\nMachine: {os.cpu_count()} cores, {platform.system()} {platform.release()}; "
          f"binary {os.path.getsize(binary) / 1e6:.1f} MB; wrk with {CLIENTS} clients on the same cores.\n")
    print("| engine | reports/s | p50 ms | p99 ms | refused | fsyncs / reports (counted run) | reports a fsync | "
          "one fsync a report, at best | ready ms | idle MB | after load MB | verify |")
    print("|---|---|---|---|---|---|---|---|---|---|---|---|")
    for row in rows:
        share = row["watched"] / row["syncs"] if row["syncs"] else float("nan")
        print(f"| {row['engine']} | {row['accepted'] / row['seconds']:.0f} | {row['p50_ms']:.1f} | {row['p99_ms']:.1f} | "
              f"{row['refused']} | {row['syncs']} / {row['watched']} | {share:.1f} | {row['raw']:.0f}/s | "
              f"{row['ready_ms']:.0f} | {row['idle_mb']:.1f} | {row['loaded_mb']:.1f} | "
              f"{'clean' if row['verify'] == 0 else 'FAULTS'} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", required=True)
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--folder", default=None, help="where the stores lie; default: a new temporary folder")
    parser.add_argument("--engines", default="sqlite,postgres")
    arguments = parser.parse_args()
    for tool in ("wrk", "strace"):
        if shutil.which(tool) is None:
            print(f"missing: {tool} (Debian: apt-get install {tool})", file=sys.stderr)
            return 2
    scratch = Path(tempfile.mkdtemp(prefix="leeward-bench.", dir=arguments.folder))
    scratch.chmod(0o755)
    try:
        rows = [measure(arguments.binary, scratch, engine, min(arguments.seconds, 120))
                for engine in arguments.engines.split(",")]
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    show(rows, arguments.binary)
    return 0


if __name__ == "__main__":
    sys.exit(main())
