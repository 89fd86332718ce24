"""Who holds the machine or takes its place: a standby that takes over, an older copy of the store, hands in the database."""

import contextlib
import http.client
import random
import shutil
import socket
import sqlite3
import subprocess
import threading
import time

from checks import Findings, after_fault
from cluster import SCRIPT, Cluster
from crashes import load_for, wait_until_ready
from product import NotReady, Product, free_port
from refusals import file_many, new_client

REPLICATED_S = 30


# ---- a way to the database that can be cut and turned ---------------------------------------------------------------


class Way:
    """A port on loopback that leads to another one, until it is cut or leads elsewhere."""

    def __init__(self, target):
        self.target, self.ends, self.lock = target, [], threading.Lock()
        self.open = threading.Event()
        self.open.set()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                near, _ = self.listener.accept()
                try:
                    far = socket.create_connection(("127.0.0.1", self.target), timeout=5)
                except (OSError, TypeError):
                    near.close()
                    continue
                far.settimeout(None)
                with self.lock:
                    self.ends += [near, far]
                for one, other in ((near, far), (far, near)):
                    threading.Thread(target=self.carry, args=(one, other), daemon=True).start()

    def carry(self, one, other):
        with contextlib.suppress(OSError):
            while data := one.recv(65536):
                # A network that is cut keeps what was sent, for a while.
                self.open.wait()
                other.sendall(data)
        for end in (one, other):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def turn(self, target):
        """Ends every connection; new ones lead there, or nowhere."""
        with self.lock:
            self.target, ends, self.ends = target, self.ends, []
        for end in ends:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def close(self):
        self.listener.close()
        self.turn(None)


# ---- a standby takes over -------------------------------------------------------------------------------------------


def sql(port, statement):
    done = subprocess.run(["psql", f"postgres://leeward@127.0.0.1:{port}/postgres", "-qAtc", statement], capture_output=True,
                          text=True, timeout=60, check=True)
    return done.stdout.strip()


def port_of(url):
    return int(url.rsplit(":", 1)[1].split("/")[0])


def standby_of(first, way, folder):
    """A copy of the running cluster that follows it over `way`."""
    second = Cluster(folder)
    url = f"postgres://leeward@127.0.0.1:{way.port}/postgres?application_name=second"
    done = subprocess.run([str(SCRIPT), "follow", str(folder), url], capture_output=True, text=True, timeout=120, check=False)
    if done.returncode != 0:
        raise OSError(f"pg-cluster follow: {done.stderr.strip()[-300:]}")
    return second, port_of(second.start())


def failover(rig, rounds):
    """By turns: a standby that every commit waits for, which must have everything; and one that lags, where the loss must
    be noticed: no more writes, a start that refuses, and a log that goes on under another key when somebody says so."""
    findings = Findings()
    for number in range(2 * rounds):
        lags = number % 2 == 1
        first = Cluster(rig.fresh("first"))
        ways, second = [], None
        product = None
        try:
            port = port_of(first.start())
            to_store, to_first = Way(port), Way(port)
            ways = [to_store, to_first]
            second, second_port = standby_of(first, to_first, rig.fresh("second"))
            if not lags:
                sql(port, "ALTER SYSTEM SET synchronous_standby_names = '*'")
                sql(port, "SELECT pg_reload_conf()")
            followed(port)
            product = Product(rig.binary, rig.fresh("failover-data"), rig.scratch,
                              database=f"postgres://leeward@127.0.0.1:{to_store.port}/postgres")
            product.start()
            client = load_for(product, rig.scratch, rig.seed, f"failover/{number}", 1.5)
            if lags:
                to_first.turn(None)
                # Longer than it takes until the head is kept beside the store.
                time.sleep(2.5)
            cut = time.monotonic_ns()
            to_store.turn(None)
            first.kill()
            second.call("promote")
            to_store.turn(second_port)
            client.stop()
            if lags:
                loss_is_noticed(product, client, findings)
            else:
                healed = wait_until_ready(product, 60)
                if healed is None:
                    findings.store_faults += 1
                    findings.say("not ready again within a minute after the standby took over")
                    product.kill()
                else:
                    findings.starts.append(healed)
                after_fault(product, client, cut, findings, seed=number, restart=healed is None)
            client.close()
            rig.progress("failover", number, 2 * rounds, findings)
        finally:
            if product:
                product.kill()
            for way in ways:
                way.close()
            first.stop()
            if second:
                second.stop()
    return findings


def followed(port):
    """Waits until the standby has everything."""
    began = time.monotonic()
    while sql(port, "SELECT COUNT(*) FROM pg_stat_replication WHERE replay_lsn = pg_current_wal_lsn()") != "1":
        if time.monotonic() - began > REPLICATED_S:
            raise OSError("the standby does not follow")
        time.sleep(0.1)


def loss_is_noticed(product, client, findings):
    """After a standby took over that lacks what was acknowledged."""
    findings.rounds += 1
    promise, began, taken = client.make(random.Random(1)), time.monotonic(), set()
    while time.monotonic() - began < 5:
        with contextlib.suppress(OSError, http.client.HTTPException):
            taken.add(client.post(promise)[0])
        time.sleep(0.2)
    if taken != {503}:
        findings.store_faults += 1
        findings.say(f"the running product goes on although entries were lost: it answered {sorted(taken)}")
    time.sleep(2)
    product.kill()
    refuses_to_start(product, findings)
    status, text = product.run("log", "go-on", *product.store_arguments())
    if status != 0 or "/epoch/" not in text:
        findings.store_faults += 1
        findings.say(f"log go-on: status {status}: {text.strip()[-300:]}")
        return
    findings.starts.append(product.start())
    # What is gone can be sent again under its key, once; where a file came with it, that is gone as well.
    sent = [promise for promise in client.kept_before(time.monotonic_ns()) if "sha256" not in promise]
    for promise in sent[-5:]:
        statuses = [client.post(promise) for _ in range(2)]
        if any(status not in (200, 201) for status, _ in statuses) or statuses[0][1]["id"] != statuses[1][1]["id"]:
            findings.doubled += 1
            findings.say(f"sent again: {[status for status, _ in statuses]}")
    product.stop()
    status, text = product.verify()
    if status != 0:
        findings.store_faults += 1
        findings.say(f"verify: status {status}: {text.strip()[-300:]}")


def refuses_to_start(product, findings):
    try:
        product.start()
    except NotReady as problem:
        if "log go-on" in str(problem):
            return
        findings.say(f"it does not say why: {problem}")
    findings.store_faults += 1
    findings.say("it starts although the store lost what was acknowledged")
    product.kill()


# ---- one of two cannot reach the database ---------------------------------------------------------------------------


def partition(rig, rounds):
    """Two desks on one database. By turns the way of one is cut, or silent for a while: nothing is lost or doubled, and
    nobody hears of a report under two names."""
    findings, draw = Findings(), random.Random(rig.seed)
    cluster = Cluster(rig.fresh("shared-pg"))
    ways, products = [], []
    try:
        port = port_of(cluster.start())
        ways = [Way(port), Way(port)]
        told, data = rig.told(), rig.fresh("shared-data")
        for way in ways:
            url = f"postgres://leeward@127.0.0.1:{way.port}/postgres"
            products.append(Product(rig.binary, data, rig.scratch, database=url, told=told))
        first, second = products
        first.start()
        first.enlist()
        for number in range(rounds):
            second.start()
            clients = [load_for(product, rig.scratch, rig.seed, f"partition/{number}/{place}", 0.5)
                       for place, product in enumerate(products)]
            cut, silent = time.monotonic_ns(), draw.random() < 0.5
            if silent:
                ways[0].open.clear()
            else:
                ways[0].turn(None)
            time.sleep(draw.uniform(1, 8))
            if silent:
                ways[0].open.set()
            else:
                ways[0].turn(port)
            for client in clients:
                client.stop()
            for product, client in zip(products, clients):
                healed = wait_until_ready(product, 60)
                if healed is None:
                    findings.store_faults += 1
                    findings.say("not ready again within a minute after the database could be reached")
                    product.kill()
                else:
                    findings.starts.append(healed)
                # Only the first could not reach it: what the second acknowledged meanwhile counts as well.
                when = cut if product is first else time.monotonic_ns()
                after_fault(product, client, when, findings, seed=number, restart=healed is None)
                client.close()
            rig.progress("partition", number, rounds, findings)
            first.start()
        first.settle(findings)
    finally:
        for product in products:
            product.kill()
        for way in ways:
            way.close()
        cluster.stop()
    return findings


# ---- hands in the database ------------------------------------------------------------------------------------------


def insider(rig, rounds):
    """Somebody with the machine: an older copy in place of the store, a changed event, the newest events taken out with all
    that tells of them. Each must be found; and the store as it was must be found good again."""
    findings, draw = Findings(), random.Random(rig.seed)
    for number in range(rounds):
        product = Product(rig.binary, rig.fresh("insider"), rig.scratch)
        try:
            product.start()
            client = new_client(rig, product, f"insider/{number}")
            file_many(client, draw, 20)
            product.stop()
            store = product.data / "leeward.sqlite"
            older, good = rig.scratch / "older.sqlite", rig.scratch / "good.sqlite"
            shutil.copy(store, older)
            product.start()
            file_many(client, draw, 20)
            product.stop()
            shutil.copy(store, good)
            cut = time.monotonic_ns()
            shutil.copy(older, store)
            refuses_to_start(product, findings)
            for what, statements in HANDS.items():
                shutil.copy(good, store)
                with contextlib.closing(sqlite3.connect(store)) as database, database:
                    for statement in statements:
                        database.execute(statement)
                status, text = product.verify()
                if status == 0:
                    findings.store_faults += 1
                    findings.say(f"{what}: not found")
            shutil.copy(good, store)
            after_fault(product, client, cut, findings, seed=number)
            client.close()
        finally:
            product.kill()
    return findings


NEWEST = "(SELECT event FROM log_entries ORDER BY ordinal DESC LIMIT 5)"
HANDS = {
    "a changed event": ["UPDATE events SET at = at + 1 WHERE id = (SELECT id FROM events WHERE case_id IS NOT NULL LIMIT 1)"],
    "an event given to somebody else": ["UPDATE events SET actor = randomblob(16) WHERE id = (SELECT MAX(id) FROM events)"],
    "an event with noise for words": ["UPDATE events SET body = randomblob(300) WHERE id = (SELECT MIN(id) FROM events)"],
    "an entry taken out": ["PRAGMA foreign_keys = off", "DELETE FROM log_entries WHERE idx = 3"],
    "the newest events taken out with all that tells of them": [
        "PRAGMA foreign_keys = off",
        f"DELETE FROM events WHERE id IN {NEWEST}",
        f"DELETE FROM log_entries WHERE event IN {NEWEST}",
        "DELETE FROM log_checkpoints",
        "UPDATE log_epochs SET size = size - 5",
    ],
}
