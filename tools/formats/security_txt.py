#!/usr/bin/env python3
"""Compares `leeward security-txt check` with sectxt, the lint of the Dutch Internet Standards Platform, file by file.

    python3 -m venv VENV && VENV/bin/pip install sectxt==0.9.8
    VENV/bin/python tools/formats/security_txt.py [--binary target/debug/leeward] FOLDER

FOLDER holds security.txt files. Prints each file where the codes differ ("+" only ours, "-" only theirs) with the reason
from the list of the tests, or "NOT LISTED", and the files a second of both. Status 1 where a difference is not listed.
Advice that only ours gives (recommendations and notifications that change no verdict) is not compared.
"""
import argparse
import collections
import hashlib
import json
import pathlib
import subprocess
import sys
import time

LIST = pathlib.Path(__file__).resolve().parents[2] / "crates/formats/tests/it/security_txt/disagreements.tsv"
OWN_ADVICE = {"no_policy", "extra_space", "invalid_mailto", "invalid_tel", "large_file", "web_page"}


def listed():
    rows = [line.split("\t") for line in LIST.read_text().splitlines() if line and not line.startswith("#")]
    return {(row[0], row[1]): row[2] for row in rows if len(row) == 3}


def ours(binary, files):
    verdicts = {}
    begin = time.monotonic()
    # A command line has a limit.
    for at in range(0, len(files), 500):
        part = [str(file) for file in files[at : at + 500]]
        run = subprocess.run([binary, "security-txt", "check", "--json", *part], capture_output=True, text=True)
        if run.returncode not in (0, 1):
            sys.exit(run.stderr)
        for line in run.stdout.splitlines():
            row = json.loads(line)
            verdicts[row["file"]] = row["valid"], {*row["errors"], *row["warnings"], *row["notifications"]} - OWN_ADVICE
    return verdicts, time.monotonic() - begin


def theirs(files):
    import sectxt

    verdicts = {}
    begin = time.monotonic()
    for file in files:
        parsed = sectxt.Parser(file.read_bytes())
        found = parsed.errors + parsed.recommendations + parsed.notifications
        verdicts[str(file)] = parsed.is_valid(), {finding["code"] for finding in found}
    return verdicts, time.monotonic() - begin


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--binary", default="target/debug/leeward")
    arguments.add_argument("folder", type=pathlib.Path)
    asked = arguments.parse_args()
    files = sorted(file for file in asked.folder.iterdir() if file.is_file())
    (mine, my_time), (other, other_time) = ours(asked.binary, files), theirs(files)
    known, counts = listed(), collections.Counter()
    for file in files:
        (valid, codes), (their_valid, their_codes) = mine[str(file)], other[str(file)]
        counts["files"] += 1
        counts["validity differs"] += valid != their_valid
        digest = hashlib.sha1(file.read_bytes()).hexdigest()[:12]
        for code in sorted({"+" + c for c in codes - their_codes} | {"-" + c for c in their_codes - codes}):
            reason = known.get((digest, code), "NOT LISTED")
            counts[reason] += 1
            print(f"{digest}\t{code}\t{reason}\t{file.name}")
    print(", ".join(f"{name} {count}" for name, count in counts.items()))
    rate = len(files) / other_time
    print(f"ours {len(files) / my_time:.0f} files a second with starting the process, sectxt {rate:.0f} in one process")
    sys.exit(1 if counts["NOT LISTED"] else 0)


if __name__ == "__main__":
    main()
