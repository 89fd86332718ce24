"""Sudden ends under load: kill -9 of the product or of PostgreSQL, and power cuts on loop-mounted file systems."""

import random
import shutil
import time
from pathlib import Path

from checks import Findings, after_fault
from client import Client
from cluster import Cluster
from mounts import Mount
from product import NotReady, Product


def load_for(product, scratch, seed, number, seconds, slug=None):
    client = Client(product.port, scratch / "journal.jsonl", f"{seed}/{number}", slug=slug)
    if slug is None:
        client.find_slug()
    client.start()
    time.sleep(seconds)
    return client


def kill9_product(rig, rounds):
    """SQLite: the process is killed at a random moment; the same folder lives through all rounds."""
    findings, draw = Findings(), random.Random(rig.seed)
    product = Product(rig.binary, rig.fresh("kill9"), rig.scratch, told=rig.told())
    try:
        product.start()
        product.enlist()
        for number in range(rounds):
            client = load_for(product, rig.scratch, rig.seed, number, draw.uniform(0.05, 1.0))
            cut = time.monotonic_ns()
            product.kill()
            client.stop()
            after_fault(product, client, cut, findings, seed=number)
            client.close()
            rig.progress("kill -9", number, rounds, findings)
            product.start()
        product.settle(findings)
    finally:
        product.kill()
    return findings


def kill9_postgres(rig, rounds):
    """PostgreSQL: the postmaster and its backends die, the product stays up and must find its way back."""
    findings, draw = Findings(), random.Random(rig.seed)
    cluster = Cluster(rig.fresh("pg-kill9"))
    product = Product(rig.binary, rig.fresh("pg-kill9-data"), rig.scratch, database=cluster.start(), told=rig.told())
    try:
        product.start()
        product.enlist()
        for number in range(rounds):
            client = load_for(product, rig.scratch, rig.seed, number, draw.uniform(0.05, 1.0))
            cut = cluster.kill()
            # The product meets the absence for a moment before the cluster is back.
            time.sleep(draw.uniform(0.0, 0.3))
            product.database = cluster.start()
            client.stop()
            healed = wait_until_ready(product, 30)
            if not healed:
                findings.store_faults += 1
                findings.say("the product did not become ready again after PostgreSQL came back")
                product.kill()
            else:
                findings.starts.append(healed)
            after_fault(product, client, cut, findings, seed=number, restart=not healed)
            client.close()
            rig.progress("kill -9 of PostgreSQL", number, rounds, findings)
            product.start()
        product.settle(findings)
    finally:
        product.kill()
        cluster.stop()
    return findings


def wait_until_ready(product, seconds):
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        if not product.running():
            return None
        if product.answers("/readyz"):
            return time.monotonic() - began
        time.sleep(0.01)
    return None


def power_cut(rig, rounds, kind, prefix=(), env=None, told=True):
    """SQLite and blobs on a file system that loses power under load."""
    findings, draw = Findings(), random.Random(f"{rig.seed}/{kind}")
    with Mount(rig.scratch, kind) as mount:
        product = Product(rig.binary, mount.path / "data", rig.scratch, told=rig.told() if told else None)
        try:
            product.start(prefix, env)
            product.enlist()
            for number in range(rounds):
                client = load_for(product, rig.scratch, rig.seed, number, draw.uniform(0.2, 1.5))
                cut = mount.cut()
                product.kill()
                client.stop()
                mount.detach()
                mount.attach()
                if not start_after_cut(product, client, cut, findings, number):
                    break
                client.close()
                rig.progress(f"power cut on {kind}", number, rounds, findings)
                product.start(prefix, env)
            else:
                product.settle(findings)
        finally:
            product.kill()
    return findings


def start_after_cut(product, client, cut, findings, number):
    """A store that no longer opens has lost all it promised; the rig says so and ends the series."""
    try:
        after_fault(product, client, cut, findings, seed=number)
        return True
    except NotReady as problem:
        promised = len(client.kept_before(cut))
        findings.lost += promised
        findings.store_faults += 1
        findings.say(f"does not start after the cut, {promised} acknowledged in this round are gone: {problem}")
        return False


def power_cut_postgres(rig, rounds, kind):
    """PostgreSQL's whole cluster and the product's folder on the file system that loses power."""
    findings, draw = Findings(), random.Random(f"{rig.seed}/pg/{kind}")
    with Mount(rig.scratch, kind) as mount:
        cluster = Cluster(mount.path / "pg")
        product = Product(rig.binary, mount.path / "data", rig.scratch, database=cluster.start(), told=rig.told())
        try:
            product.start()
            product.enlist()
            for number in range(rounds):
                client = load_for(product, rig.scratch, rig.seed, number, draw.uniform(0.3, 1.5))
                cut = mount.cut()
                product.kill()
                cluster.kill()
                client.stop()
                mount.detach()
                mount.attach()
                product.database = cluster.start()
                if not start_after_cut(product, client, cut, findings, number):
                    break
                client.close()
                rig.progress(f"power cut of PostgreSQL on {kind}", number, rounds, findings)
                product.start()
            else:
                product.settle(findings)
        finally:
            product.kill()
            cluster.stop()
    return findings


def remove(folder):
    shutil.rmtree(Path(folder), ignore_errors=True)
