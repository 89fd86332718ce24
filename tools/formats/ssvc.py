#!/usr/bin/env python3
"""Writes crates/formats/src/ssvc/*.tsv from a checkout of CERT/CC's SSVC (its LICENSE: MIT (SEI)).

    tools/formats/ssvc.py FOLDER    FOLDER holds json/decision_tables/NAMESPACE/*.json

points.tsv  a decision point: "point", namespace:key:version, name, definition; then its values: "value", key, name, definition
tables.tsv  namespace, key, version, name, inputs (ids separated by commas), outcome (id), a digit for each row: the place
            of the outcome's value; rows are counted with the first input slowest
"""
import itertools
import json
import pathlib
import sys


def main():
    folder = pathlib.Path(sys.argv[1]) / "json/decision_tables"
    into = pathlib.Path(__file__).resolve().parents[2] / "crates/formats/src/ssvc"
    points, rows = {}, []
    for file in sorted(folder.glob("*/*.json")):
        table = json.loads(file.read_text())
        here = table["decision_points"]
        for id, point in here.items():
            assert points.setdefault(id, point) == point, f"{id} differs from table to table"
        outcome = table["outcome"]
        inputs = [id for id in here if id != outcome]
        keys = {id: [value["key"] for value in point["values"]] for id, point in here.items()}
        decided = {tuple(row[id] for id in inputs): row[outcome] for row in table["mapping"]}
        assert len(decided) == len(table["mapping"]), file
        # Every combination has to be there: the digits have no gap.
        digits = "".join(str(keys[outcome].index(decided[row])) for row in itertools.product(*(keys[id] for id in inputs)))
        assert len(digits) == len(decided) and len(keys[outcome]) < 10, file
        rows.append((table["namespace"], table["key"], table["version"], table["name"], ",".join(inputs), outcome, digits))
    (into / "tables.tsv").write_text("".join("\t".join(row) + "\n" for row in rows))
    lines = []
    for id, point in sorted(points.items()):
        # The sentences about CVSS are FIRST's, not CERT/CC's to give; crate::cvss has its own.
        ours = not id.startswith("cvss:")
        lines.append(("point", id, point["name"], point["definition"] if ours else ""))
        lines += [("value", v["key"], v["name"], v["definition"] if ours else "") for v in point["values"]]
    text = "".join("\t".join(" ".join(cell.split()) for cell in line) + "\n" for line in lines)
    (into / "points.tsv").write_text(text)


main()
