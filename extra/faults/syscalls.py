"""The n-th call fails: first the 1st, then the 2nd, until a run goes through without meeting the fault.

strace ends the process at the call, or makes the call return an error, in the unmodified binary. Each point begins
with an empty folder, so that the first start is among what is interrupted. strace counts calls for each thread.
"""

import http.client
import itertools
import random
import shutil
import time

from checks import Findings, after_fault
from client import Client
from crashes import remove
from product import NotReady, Product

REPORTS_PER_POINT = 4
SYNC = "fsync,fdatasync"
RENAME = "rename,renameat,renameat2"
PLAN = (
    (SYNC, "signal=SIGKILL"),
    (SYNC, "error=EIO"),
    ("pwrite64", "signal=SIGKILL"),
    ("pwrite64", "error=ENOSPC"),
    ("pwrite64", "error=EIO"),
    (RENAME, "signal=SIGKILL"),
    (RENAME, "error=EIO"),
)


def nth_call_told(rig, points):
    """The same with somebody to tell: each point begins with a copy of a house that has an owner and a webhook."""
    told = rig.told()
    if told is None:
        return Findings()
    template = rig.fresh("syscall-template")
    product = Product(rig.binary, template, rig.scratch, told=told)
    try:
        product.start()
        product.enlist()
        product.stop()
    finally:
        product.kill()
    return nth_call(rig, points, (template, told))


def nth_call(rig, points, house=None):
    """`points` in all; where that is fewer than a fault has, the steps widen, so that late calls are met too."""
    findings = Findings()
    share = max(1, points // len(PLAN))
    for calls, fault in PLAN:
        met, clean = 0, False
        for n in steps(share):
            if not one_point(rig, findings, calls, fault, n, house):
                clean = True
                break
            met += 1
        ended = "until clean" if clean else "bounded"
        print(f"    {calls} {fault}: {met} points met, {ended}; {findings.acknowledged} acknowledged so far, "
              f"{findings.lost} lost", flush=True)
    return findings


def steps(share):
    """1, 2, 3 … with wider steps at the end of a bounded run; 1, 4, 16, 40 … when there are only a few points to spend."""
    if share >= 20:
        dense = share * 2 // 3
        return itertools.chain(range(1, dense + 1), range(dense + 7, dense + 7 * (share - dense) + 1, 7))
    wide = (1, 4, 16, 40, 80, 160, 320, 640)
    return itertools.islice(wide, share)


def one_point(rig, findings, calls, fault, n, house=None):
    """Whether the n-th call was met at all."""
    data, told = rig.fresh("syscall-data"), None
    if house is not None:
        template, told = house
        shutil.copytree(template, data)
        told.forget()
    trace = rig.scratch / "trace.txt"
    trace.unlink(missing_ok=True)
    product = Product(rig.binary, data, rig.scratch, told=told)
    prefix = ["strace", "-f", "-qq", "-o", str(trace), "-e", f"trace={calls}", "-e", "signal=none",
              "-e", f"inject={calls}:{fault}:when={n}"]
    if fault.startswith("error"):
        # Much faster, but strace 6.1 injects no signals under it.
        prefix.insert(1, "--seccomp-bpf")
    client = Client(product.port, rig.scratch / "journal.jsonl", f"{rig.seed}/{calls}/{fault}/{n}", slug="unknown")
    try:
        product.start(prefix, limit=20)
        client.find_slug()
        file_some(client, f"{rig.seed}/{n}")
        # Jobs that follow a report (log, search, letters) get their share of the calls.
        time.sleep(2.0 if told else 0.3)
    except NotReady:
        pass
    except (OSError, http.client.HTTPException, ValueError, KeyError):
        pass
    # A killed process is gone before anything could be traced of the call.
    died = not product.running()
    product.kill()
    met = died if fault.startswith("signal") else trace.exists() and "(INJECTED)" in trace.read_text()
    try:
        findings.starts.append(product.start())
        if client.slug == "unknown":
            client.find_slug()
        after_fault(product, client, time.monotonic_ns(), findings, seed=n, restart=False)
        product.settle(findings)
    except NotReady as problem:
        findings.store_faults += 1
        findings.say(f"after {calls} {fault} n={n}: needs a hand to start again: {problem}")
    finally:
        product.kill()
        client.close()
        remove(data)
    return met


def file_some(client, seed):
    draw = random.Random(seed)
    for _ in range(REPORTS_PER_POINT):
        try:
            client.file_one(draw)
        except (OSError, http.client.HTTPException):
            pass
