#!/usr/bin/env python3
"""The fault rig: ends the product in every rude way this machine can, and asks for everything that was promised.

    rig.py --binary target/debug/leeward short            the lane of ./test
    rig.py --binary target/debug/leeward full             the lane of ./test --faults
    rig.py --binary target/debug/leeward FAULT [--rounds N] [--seed S]

FAULT is one of kill9, kill9-postgres, powercut-xfs, powercut-ext4, powercut-postgres, syscalls, syscalls-told, diskfull, clock,
keyfile, openwords, failover, partition, insider, mail, slowdisk, fewfiles, red. Traffic goes to 127.0.0.1 only. Mounting needs root; without it those
faults are left out, in words.
"""

import argparse
import os
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

import crashes
import openwords
import proof
import refusals
import syscalls
import takeover
import troubles
from told import Told, python

NEEDS_ROOT = ("powercut", "diskfull", "red")


class Rig:
    def __init__(self, binary, scratch, seed):
        self.binary = binary
        self.scratch = Path(scratch)
        self.scratch.mkdir(parents=True, exist_ok=True)
        self.scratch.chmod(0o755)
        self.seed = seed
        self.listeners = []
        self.deaf = False

    def fresh(self, name):
        """An empty place for one fault; whoever starts the process makes the folder."""
        folder = self.scratch / name
        shutil.rmtree(folder, ignore_errors=True)
        return folder

    def told(self):
        """A mail server and a webhook receiver for one installation, until its fault is done."""
        if python() is None:
            if not self.deaf:
                print("    NOTE: LEEWARD_TEST_PYTHON names no Python with the test packages: letters and deliveries are not "
                      "counted", flush=True)
            self.deaf = True
            return None
        self.listeners.append(Told())
        return self.listeners[-1]

    def hang_up(self):
        for told in self.listeners:
            told.close()
        self.listeners = []

    def progress(self, name, number, rounds, findings):
        if (number + 1) % 10 == 0 or number + 1 == rounds:
            print(f"    {name}: round {number + 1} of {rounds}, {findings.acknowledged} acknowledged, "
                  f"{findings.lost} lost", flush=True)


# Fault -> (what runs it, rounds in ./test, where 0 leaves it out, rounds in ./test --faults)
FAULTS = {
    "kill9": (crashes.kill9_product, 5, 200),
    "kill9-postgres": (crashes.kill9_postgres, 3, 200),
    "powercut-xfs": (lambda rig, n: crashes.power_cut(rig, n, "xfs"), 4, 100),
    "powercut-ext4": (lambda rig, n: crashes.power_cut(rig, n, "ext4"), 3, 100),
    "powercut-postgres": (lambda rig, n: crashes.power_cut_postgres(rig, n, "xfs"), 2, 50),
    "syscalls": (syscalls.nth_call, 12, 2000),
    "syscalls-told": (syscalls.nth_call_told, 0, 200),
    "diskfull": (refusals.disk_full, 1, 5),
    "clock": (refusals.clock_set_back, 1, 3),
    "keyfile": (refusals.key_file, 1, 1),
    "openwords": (openwords.no_open_words, 60, 1000),
    "failover": (takeover.failover, 0, 10),
    "partition": (takeover.partition, 0, 10),
    "insider": (takeover.insider, 1, 5),
    "mail": (troubles.mail_in_trouble, 1, 10),
    "slowdisk": (troubles.slow_disk, 0, 5),
    "fewfiles": (troubles.few_files, 0, 5),
    "red": (proof.must_go_red, 2, 6),
}


def run(rig, name, rounds):
    print(f"  {name}: {rounds} round{'s' if rounds != 1 else ''}, seed {rig.seed}", flush=True)
    if name.startswith(NEEDS_ROOT) and os.geteuid() != 0:
        print(f"  LEFT OUT {name}: mounting needs root", flush=True)
        return None
    began = time.monotonic()
    try:
        findings = FAULTS[name][0](rig, rounds)
    finally:
        rig.hang_up()
    return findings, time.monotonic() - began


def row(name, findings, seconds):
    starts = sorted(findings.starts)
    typical = f"{statistics.median(starts) * 1000:.0f}" if starts else "-"
    worst = f"{starts[-1] * 1000:.0f}" if starts else "-"
    verdict = "RED" if findings.red() else "green"
    return (f"| {name} | {findings.rounds} | {findings.acknowledged} | {findings.lost} | {findings.changed} | "
            f"{findings.doubled} | {findings.store_faults} | {findings.files} | {findings.receipts} | {findings.bad_receipts} | "
            f"{findings.letters} | {findings.deliveries} | {findings.again} | {typical} | {worst} | {seconds:.0f} | {verdict} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("fault", choices=["short", "full", *FAULTS])
    parser.add_argument("--binary", required=True)
    parser.add_argument("--scratch", default=None)
    parser.add_argument("--rounds", type=int, default=None)
    parser.add_argument("--seed", type=int, default=None, help="printed with every run; give it to draw the same moments")
    arguments = parser.parse_args()
    seed = arguments.seed if arguments.seed is not None else time.time_ns() % 1_000_000
    scratch = arguments.scratch or tempfile.mkdtemp(prefix="leeward-faults.")
    rig = Rig(arguments.binary, scratch, seed)
    column = 2 if arguments.fault == "full" else 1
    lane = [name for name in FAULTS if FAULTS[name][column] > 0]
    names = lane if arguments.fault in ("short", "full") else [arguments.fault]
    table, red = [], []
    try:
        for name in names:
            outcome = run(rig, name, arguments.rounds or max(1, FAULTS[name][column]))
            if outcome is not None:
                table.append(row(name, *outcome))
                if outcome[0].red():
                    red.append(name)
    finally:
        if arguments.scratch is None:
            shutil.rmtree(scratch, ignore_errors=True)
    print("\n| fault | rounds | acknowledged | lost | changed | doubled | store faults | files compared | receipts checked | bad | "
          "letters | deliveries | sent again | start ms, median | start ms, worst | seconds | verdict |")
    print("|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|")
    print("\n".join(table))
    if red:
        print(f"\nRED: {', '.join(red)} (seed {seed}). What was sent and answered: {rig.scratch}/journal.jsonl, "
              "unless it was removed with its folder.")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
