"""Trouble that is no crash: a mail server and a receiver that misbehave, a disk that is slow, files that run out."""

import random
import socket
import time

from checks import Findings, after_fault
from client import Client
from cluster import children_of
from product import NotReady, Product, moved_clock
from refusals import count_others, file_many, new_client

SPEED = 60
SECONDS_EACH = 2
# What the mail server does, and what the receiver answers meanwhile.
TROUBLES = (("later 20", 503), ("cut", 500), ("swallow", 200), ("full", 429), ("hang", 503))
# Where a report waits 50 ms for each flush, others come in while it does.
SLOW_DISK = ["strace", "-f", "-qq", "--seccomp-bpf", "-o", "/dev/null", "-e", "trace=fsync,fdatasync", "-e", "signal=none",
             "-e", "inject=fsync,fdatasync:delay_enter=50000"]
MEMORY_MB = 400
FILES = 96
IDLE = 300


# ---- those who are to hear misbehave --------------------------------------------------------------------------------

def mail_in_trouble(rig, rounds):
    """Greylisting, broken connections, letters that are kept without an answer, a full mailbox, silence; 429 and 5xx beside.

    The clock runs fast, so that pauses which grow to minutes are met in seconds.
    """
    findings, draw = Findings(), random.Random(rig.seed)
    for number in range(rounds):
        told, fast = rig.told(), moved_clock(f"+0 x{SPEED}")
        if told is None or fast is None:
            print("    LEFT OUT mail: it needs libfaketime and the Python of the tests", flush=True)
            return findings
        product = Product(rig.binary, rig.fresh("mail"), rig.scratch, told=told)
        try:
            # Signing up goes by the true clock.
            product.start()
            product.enlist()
            product.stop()
            product.start(env=fast)
            client = new_client(rig, product, f"mail/{number}")
            for trouble, status in draw.sample(TROUBLES, len(TROUBLES)):
                told.letters.order(trouble)
                told.deliveries.order(f"order {status}")
                statuses = file_many(client, draw, 5)
                if statuses != [201] * 5:
                    findings.store_faults += 1
                    findings.say(f"while the mail server does {trouble!r}: {count_others(statuses)}")
                time.sleep(SECONDS_EACH)
            told.letters.order("accept")
            told.deliveries.order("order 200")
            if not product.stop():
                findings.say("the server did not stop by itself")
            after_fault(product, client, time.monotonic_ns(), findings, seed=number)
            product.settle(findings, steps=(10_800, 43_200))
            client.close()
        finally:
            product.kill()
    return findings


# ---- the disk is slow -----------------------------------------------------------------------------------------------

def slow_disk(rig, rounds):
    """Every flush takes 50 ms longer: reports wait or are refused cleanly, pages answer, memory stays bounded."""
    findings = Findings()
    product = Product(rig.binary, rig.fresh("slow"), rig.scratch, told=rig.told())
    try:
        product.start()
        product.enlist()
        product.stop()
        for number in range(rounds):
            product.start(SLOW_DISK)
            client = Client(product.port, rig.scratch / "journal.jsonl", f"{rig.seed}/slow/{number}", threads=64)
            client.find_slug()
            client.start()
            slowest = 0.0
            for _ in range(20):
                began = time.monotonic()
                if not product.answers("/healthz"):
                    findings.store_faults += 1
                    findings.say("/healthz does not answer within two seconds")
                slowest = max(slowest, time.monotonic() - began)
                time.sleep(0.2)
            memory = most_memory_mb(product)
            cut = time.monotonic_ns()
            product.kill()
            client.stop()
            findings.say(f"slowest answer of /healthz {slowest * 1000:.0f} ms, most memory {memory} MB")
            if memory > MEMORY_MB:
                findings.store_faults += 1
                findings.say(f"more than {MEMORY_MB} MB of memory")
            after_fault(product, client, cut, findings, seed=number)
            client.close()
        product.settle(findings)
    finally:
        product.kill()
    return findings


def most_memory_mb(product):
    """Of the process and what it was started under."""
    most = 0
    for process in (product.process.pid, *children_of(product.process.pid)):
        try:
            with open(f"/proc/{process}/status", encoding="ascii", errors="replace") as status:
                for line in status:
                    if line.startswith("VmHWM:"):
                        most = max(most, int(line.split()[1]) // 1024)
        except OSError:
            pass
    return most


# ---- no more open files ---------------------------------------------------------------------------------------------

def few_files(rig, rounds):
    """Idle connections take every open file the process may have: it lives, and serves again as soon as they are gone."""
    findings, draw = Findings(), random.Random(rig.seed)
    for number in range(rounds):
        product = Product(rig.binary, rig.fresh("files"), rig.scratch)
        try:
            product.start(["prlimit", f"--nofile={FILES}:{FILES}"])
            client = new_client(rig, product, f"files/{number}")
            file_many(client, draw, 10)
            idle = []
            for _ in range(IDLE):
                try:
                    idle.append(socket.create_connection(("127.0.0.1", product.port), timeout=1))
                except OSError:
                    break
            time.sleep(1)
            served = product.answers("/healthz")
            findings.say(f"{len(idle)} idle connections, {FILES} files: /healthz {'answers' if served else 'waits'}")
            if not product.running():
                findings.store_faults += 1
                findings.say("the process ended when no file was left")
            for connection in idle:
                connection.close()
            began = time.monotonic()
            while not product.answers("/readyz") and time.monotonic() - began < 10:
                time.sleep(0.05)
            findings.starts.append(time.monotonic() - began)
            after = file_many(client, draw, 5)
            if after != [201] * 5:
                findings.store_faults += 1
                findings.say(f"files are free again: {count_others(after)}")
            after_fault(product, client, time.monotonic_ns(), findings, seed=number, restart=False)
            client.close()
        except NotReady as problem:
            findings.store_faults += 1
            findings.say(f"does not start with {FILES} files: {problem}")
        finally:
            product.kill()
    return findings
