#!/usr/bin/env python3
"""Checks real advisories with Leeward and with @secvisogram/csaf-validator-lib in one run and prints a Markdown table.

    cargo build --release -p formats --example csaf_speed
    tools/bench/csaf.py --binary target/release/examples/csaf_speed FOLDER...

Both read each document from memory and check it, one after the other on one core, some rounds over all; the best round
counts. Ours runs every test (6.1, 6.2 and 6.3), theirs its preset `basic`: strict schema and 6.1. The npm package goes
into a temporary folder and is removed again. `--rounds` is for theirs; the first round warms its compiler up.
"""
import argparse
import json
import os
import pathlib
import subprocess
import tempfile

PACKAGE = "@secvisogram/csaf-validator-lib@2.0.10"
SCRIPT = """
import validate from '@secvisogram/csaf-validator-lib/validate.js'
import * as basic from '@secvisogram/csaf-validator-lib/basic.js'
import fs from 'node:fs'
const [list, rounds] = process.argv.slice(2)
const texts = fs.readFileSync(list, 'utf8').trim().split('\\n').map((file) => fs.readFileSync(file, 'utf8'))
const tests = Object.values(basic)
let best = Infinity, valid = 0
for (let round = 0; round < Number(rounds); round += 1) {
  const start = process.hrtime.bigint()
  valid = 0
  for (const text of texts) valid += (await validate(tests, JSON.parse(text))).isValid ? 1 : 0
  best = Math.min(best, Number(process.hrtime.bigint() - start) / 1e9)
}
console.log(JSON.stringify({ documents: texts.length, valid, seconds: best }))
"""


def advisories(folders):
    """As csaf_speed picks them: JSON files that name a version of CSAF."""
    files = sorted(file for folder in folders for file in pathlib.Path(folder).rglob("*.json"))
    return [file for file in files if b'"csaf_version"' in file.read_bytes()]


def theirs(files, rounds):
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["npm", "init", "-y"], cwd=folder, check=True, stdout=subprocess.DEVNULL)
        subprocess.run(["npm", "install", "--silent", PACKAGE], cwd=folder, check=True, stdout=subprocess.DEVNULL)
        here = pathlib.Path(folder)
        (here / "run.mjs").write_text(SCRIPT)
        (here / "list").write_text("\n".join(str(file.resolve()) for file in files))
        ran = subprocess.run(["node", "run.mjs", "list", str(rounds)], cwd=folder, check=True, capture_output=True)
    return json.loads(ran.stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", required=True)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("folders", nargs="+")
    args = parser.parse_args()
    files = advisories(args.folders)
    size = sum(file.stat().st_size for file in files) / 1e6
    load = [os.getloadavg()[0]]
    ran = subprocess.run([args.binary, *args.folders], check=True, capture_output=True)
    rows = [("Leeward, every test", json.loads(ran.stdout)), (f"{PACKAGE}, `basic`", theirs(files, args.rounds))]
    load.append(os.getloadavg()[0])
    assert all(row["documents"] == len(files) for _, row in rows), "both check the same documents"
    print(f"{len(files)} documents, {size:.1f} MB, {os.cpu_count()} cores, load {load[0]:.0f} to {load[1]:.0f}\n")
    print("| validator | valid | documents/s | MB/s | ms a document |\n|---|---|---|---|---|")
    for name, row in rows:
        rate = len(files) / row["seconds"]
        print(f"| {name} | {row['valid']} | {rate:,.0f} | {size / row['seconds']:,.1f} | {1000 / rate:,.2f} |")


main()
