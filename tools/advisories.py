#!/usr/bin/env python3
"""Whether a part that is built in has a known flaw: Cargo.lock held against a copy of the RustSec advisory database.

    tools/advisories.py DATABASE [--lock Cargo.lock] [--deny deny.toml]

DATABASE is a checkout (with crates/NAME/RUSTSEC-*.md). 0: no part has one that deny.toml does not answer; 1: some have, or an
answer there has no reason or is no longer needed; 2: the database cannot be read. Parts that nobody looks after any more are
named and fail nothing.
"""

import argparse
import pathlib
import re
import sys
import tomllib

FLAWS = {None, "unsound"}


def version(text):
    """Numbers, then whether it is no pre-release, then the parts of that: as semantic versions are ordered."""
    text = text.split("+")[0]
    numbers, _, pre = text.partition("-")
    numbers = tuple(int(n) for n in numbers.split("."))
    numbers += (0,) * (3 - len(numbers))
    parts = tuple((0, int(p), "") if p.isdigit() else (1, 0, p) for p in pre.split(".")) if pre else ()
    return numbers, not pre, parts


def above(numbers):
    """The first version that `^numbers` does not cover."""
    for place, number in enumerate(numbers):
        if number or place == len(numbers) - 1:
            return tuple(numbers[:place]) + (number + 1,) + (0,) * (2 - place)
    raise ValueError(numbers)


def covers(requirement, own):
    """Whether a requirement of Cargo covers a version; commas mean and."""
    for part in requirement.split(","):
        sign, bound = re.fullmatch(r"\s*(>=|<=|>|<|=|\^|~|)\s*([0-9][^\s]*)\s*", part).groups()
        least = version(bound)
        written = tuple(int(n) for n in re.split(r"[-+]", bound)[0].split("."))
        if sign in ("^", ""):
            fits = least <= own < (above(written), False, ())
        elif sign == "~":
            end = written[:2] if len(written) > 1 else written[:1]
            fits = least <= own < ((end[:-1] + (end[-1] + 1,) + (0, 0))[:3], False, ())
        else:
            fits = {">=": own >= least, "<=": own <= least, ">": own > least, "<": own < least, "=": own == least}[sign]
        if not fits:
            return False
    return True


def advisories(database):
    for file in sorted(database.glob("crates/*/RUSTSEC-*.md")):
        head = re.match(r"```toml\n(.*?)\n```", file.read_text(encoding="utf-8"), re.DOTALL)
        if head:
            yield tomllib.loads(head[1])


def main():
    asked = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    asked.add_argument("database", type=pathlib.Path)
    asked.add_argument("--lock", type=pathlib.Path, default="Cargo.lock")
    asked.add_argument("--deny", type=pathlib.Path, default="deny.toml")
    asked = asked.parse_args()
    parts = {}
    for part in tomllib.loads(asked.lock.read_text(encoding="utf-8"))["package"]:
        if "source" in part:
            parts.setdefault(part["name"], []).append(part["version"])
    answers = tomllib.loads(asked.deny.read_text(encoding="utf-8")).get("advisories", {}).get("ignore", [])
    answered = {answer["id"]: answer.get("reason", "").strip() for answer in answers}
    read, newest, found, faults = 0, "", set(), []
    for one in advisories(asked.database):
        about, versions = one["advisory"], one.get("versions", {})
        read += 1
        newest = max(newest, str(about["date"]))
        for own in parts.get(about["package"], []) if "withdrawn" not in about else []:
            good = versions.get("patched", []) + versions.get("unaffected", [])
            if any(covers(requirement, version(own)) for requirement in good):
                continue
            mended = ", ".join(versions.get("patched", [])) or "no mended version"
            line = f"{about['id']}: {about['package']} {own} ({about['date']}; {mended})"
            found.add(about["id"])
            if about["id"] in answered:
                print(f"answered in {asked.deny}: {line}")
            elif about.get("informational") in FLAWS:
                faults.append(line)
            else:
                print(f"{about['informational']}: {line}")
    if read == 0:
        print(f"{asked.database}: no advisory in it", file=sys.stderr)
        return 2
    faults += [f"{name}: answered without a reason" for name, reason in answered.items() if not reason]
    faults += [f"{name}: answered and not found: take it out of {asked.deny}" for name in answered if name not in found]
    for fault in faults:
        print(f"FOUND {fault}")
    count = sum(len(versions) for versions in parts.values())
    print(f"{count} parts held against {read} advisories, the newest of {newest}: {len(faults)} to be mended")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
