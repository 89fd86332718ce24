"""The test of the test: where a promise is broken, the rig must say so. A fault lane that never was red is decoration."""

from pathlib import Path

import crashes
from checks import Findings
from told import Told

STAND_IN = Path(__file__).resolve().parent / "stand_in.py"
LYING_DISK = ["strace", "-f", "-qq", "--seccomp-bpf", "-o", "/dev/null", "-e", "trace=fsync,fdatasync", "-e", "signal=none",
              "-e", "inject=fsync,fdatasync:retval=0"]


def must_go_red(rig, rounds):
    """Three power-cut series: honest stand-in (green), weak stand-in (red), the product on a disk that lies (red)."""
    findings = Findings(rounds=3 * rounds)
    counts_what_was_heard(findings)
    binary = rig.binary
    series = (
        ("stand-in, synchronous=FULL", STAND_IN, (), {"STAND_IN_SYNCHRONOUS": "FULL"}, False),
        ("stand-in, synchronous=NORMAL", STAND_IN, (), {"STAND_IN_SYNCHRONOUS": "NORMAL"}, True),
        ("the product on a disk that drops every fsync", binary, LYING_DISK, None, True),
    )
    try:
        for name, candidate, prefix, env, red_expected in series:
            rig.binary = candidate
            print(f"   {name}: must be {'red' if red_expected else 'green'}", flush=True)
            found = crashes.power_cut(rig, rounds, "xfs", prefix, env, told=False)
            was = "red" if found.red() else "green"
            as_it_must = found.red() == red_expected
            findings.acknowledged += found.acknowledged
            print(f"   {name}: {found.acknowledged} acknowledged, {found.lost} lost: {was}"
                  f"{'' if as_it_must else ', WHICH IT MUST NOT BE'}", flush=True)
            if not as_it_must:
                findings.store_faults += 1
    finally:
        rig.binary = binary
    return findings


class Heard:
    """Stands in for a server: what it was told is given."""

    def __init__(self, times):
        self.times = times

    def so_far(self):
        return self.times


def counts_what_was_heard(findings):
    """A letter that never came, one under two names, one that came twice: two are loud, the third is only counted."""
    told, found = Told.__new__(Told), Findings()
    told.known = {"REP-1", "REP-2"}
    told.letters = Heard({"REP-1": {"<a>": 1, "<b>": 1}})
    told.deliveries = Heard({"REP-1": {"msg_a": 1}, "REP-2": {"msg_b": 3}})
    found.say = lambda text: None
    told.compare(found)
    if (found.lost, found.doubled, found.again, found.letters, found.deliveries) != (1, 1, 2, 1, 2):
        findings.store_faults += 1
        findings.say(f"letters and deliveries are counted wrongly: {found}")
