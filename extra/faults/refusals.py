"""Faults that the product must meet with a clear refusal, or without any effect: full disk, moved clock, wrong key."""

import http.client
import os
import random
import time
from pathlib import Path

from checks import Findings, after_fault
from client import Client
from mounts import Mount
from product import NotReady, Product, moved_clock

DISK_MB = 700
FULL_AT_BYTES = 256 << 10


def new_client(rig, product, name):
    client = Client(product.port, rig.scratch / "journal.jsonl", f"{rig.seed}/{name}")
    client.find_slug()
    return client


def file_many(client, draw, count):
    """Statuses of `count` reports, 0 where no answer came."""
    statuses = []
    for _ in range(count):
        try:
            statuses.append(client.file_one(draw)["status"])
        except (OSError, http.client.HTTPException):
            statuses.append(0)
    return statuses


# ---- the disk is full -------------------------------------------------------------------------------------------

def disk_full(rig, rounds):
    """A ballast takes all room while reports come in; refusals are clean, reading goes on, room heals it.

    Each round meets it twice: with the floor that refuses before the disk is full, and without, where SQLite itself fails.
    """
    findings, draw = Findings(), random.Random(rig.seed)
    for number in range(2 * rounds):
        with Mount(rig.scratch, "tmpfs", size_mb=DISK_MB) as mount:
            floor = 32 if number % 2 else 0
            # Where the disk is really full, writing down what was sent fails too.
            told = None if floor else rig.told()
            product = Product(rig.binary, mount.path / "data", rig.scratch, disk_floor_mb=floor, told=told)
            try:
                product.start()
                product.enlist()
                client = new_client(rig, product, f"full/{number}")
                one_full_disk(mount, product, client, draw, findings)
                after_fault(product, client, time.monotonic_ns(), findings, seed=number, restart=False)
                product.settle(findings)
                client.close()
            finally:
                product.kill()
    return findings


def one_full_disk(mount, product, client, draw, findings):
    before = file_many(client, draw, 20)
    if before != [201] * 20:
        findings.store_faults += 1
        findings.say(f"with room on the disk: {sorted(set(before))}")
    ballast = mount.path / "ballast"
    fill(ballast, leave=FULL_AT_BYTES)
    full = file_many(client, draw, 400)
    findings.say(f"full disk: {full.count(201)} still acknowledged, refusals {count_others(full)}")
    if all(status == 201 for status in full):
        findings.store_faults += 1
        findings.say("the full disk was never met")
    if any(status not in (201, 503, 507) for status in full):
        findings.store_faults += 1
        findings.say("a refusal was neither 503 nor 507")
    if not product.answers("/healthz"):
        findings.store_faults += 1
        findings.say("/healthz does not answer while the disk is full")
    ballast.unlink()
    # The product may look at the room only now and then.
    deadline, after = time.monotonic() + 30, []
    while time.monotonic() < deadline:
        after = file_many(client, draw, 5)
        if after == [201] * 5:
            return
        time.sleep(0.5)
    findings.store_faults += 1
    findings.say(f"room again, no restart: {count_others(after)}")


def fill(path, leave):
    with open(path, "wb", buffering=0) as ballast:
        while True:
            state = os.statvfs(path)
            room = state.f_bavail * state.f_frsize - leave
            if room < 4096:
                return
            try:
                ballast.write(b"\0" * min(room, 1 << 20))
            except OSError:
                return


def count_others(statuses):
    return {status: statuses.count(status) for status in sorted(set(statuses)) if status != 201}


# ---- the clock ----------------------------------------------------------------------------------------------------

def clock_set_back(rig, rounds):
    """An hour back and forth while the product runs: nothing lost, one case a key, the log still verifies."""
    findings = Findings()
    if moved_clock() is None:
        print("    LEFT OUT clock: libfaketime is not installed", flush=True)
        return findings
    for number in range(rounds):
        offset = rig.scratch / "offset"
        offset.write_text("+0")
        product = Product(rig.binary, rig.fresh("clock"), rig.scratch, told=rig.told())
        try:
            product.start(env=moved_clock(file=offset))
            product.enlist()
            client, draw = new_client(rig, product, f"clock/{number}"), random.Random(rig.seed)
            for step in ("+0", "-3600", "+0", "+7200", "-3600", "+0"):
                offset.write_text(step)
                statuses = file_many(client, draw, 5)
                if statuses != [201] * 5:
                    findings.store_faults += 1
                    findings.say(f"clock at {step} s: {sorted(set(statuses))}")
                time.sleep(1.2)
            if not product.stop():
                findings.say("the server did not stop by itself")
            after_fault(product, client, time.monotonic_ns(), findings, seed=number)
            # Past the locks of what was sent while the clock was furthest ahead.
            product.settle(findings, steps=(10_800, 28_800))
            client.close()
        finally:
            product.kill()
    return findings


# ---- the key file -------------------------------------------------------------------------------------------------

def key_file(rig, _rounds):
    """Missing, cut, of noise, of another installation: every start refuses and writes nothing; the true key heals."""
    findings, draw = Findings(), random.Random(rig.seed)
    product = Product(rig.binary, rig.fresh("key"), rig.scratch)
    stranger = Product(rig.binary, rig.fresh("key-stranger"), rig.scratch)
    try:
        product.start()
        client = new_client(rig, product, "key")
        file_many(client, draw, 10)
        cut = time.monotonic_ns()
        product.stop()
        stranger.start()
        stranger.stop()
        key, other = find_key(product.data), find_key(stranger.data)
        if key is None or other is None:
            findings.store_faults += 1
            findings.say("no key file found in the data folder")
            return findings
        true_key = key.read_bytes()
        for name, content in (("missing", None), ("empty", b""), ("cut", true_key[: len(true_key) // 2]),
                              ("noise", bytes(draw.randrange(256) for _ in true_key)), ("of a stranger", other.read_bytes())):
            refuse_with(product, key, name, content, findings)
        put(key, true_key)
        after_fault(product, client, cut, findings)
        client.close()
    finally:
        product.kill()
        stranger.kill()
    return findings


def find_key(data):
    found = sorted(path for path in data.rglob("*key*") if path.is_file() and path.stat().st_size < 4096)
    return found[0] if found else None


def put(path, content):
    path.write_bytes(content)
    path.chmod(0o600)


def refuse_with(product, key, name, content, findings):
    key.unlink(missing_ok=True)
    if content is not None:
        put(key, content)
    before = snapshot(product.data)
    try:
        product.start(limit=15)
        findings.store_faults += 1
        findings.say(f"key {name}: the server started")
        product.stop()
    except NotReady as refusal:
        words = str(refusal).strip().splitlines()[-1][:160]
        findings.say(f"key {name}: refused: {words}")
    if snapshot(product.data) != before:
        findings.store_faults += 1
        findings.say(f"key {name}: the refused start changed the data folder")


def snapshot(folder):
    """Names and sizes; SQLite's own -wal and -shm come and go when a file is only opened."""
    return sorted((str(path), path.stat().st_size) for path in folder.rglob("*")
                  if path.is_file() and not path.name.endswith(("-wal", "-shm")))

