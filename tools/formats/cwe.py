#!/usr/bin/env python3
"""Writes crates/formats/src/cwe/entries.tsv from MITRE's catalogue (its terms of use allow copies that carry them).

    tools/formats/cwe.py cwec_vN.xml.xz

A line: number, kind (P pillar, C class, B base, V variant, O compound, K category, W view), usage (A allowed,
R allowed with review, D discouraged, P prohibited), "x" where deprecated, parents in view 1000 (numbers separated by
commas, the primary one first), other terms separated by "|", name. The first line holds the version.
"""
import lzma
import pathlib
import sys
import xml.etree.ElementTree as ET

KINDS = {"Pillar": "P", "Class": "C", "Base": "B", "Variant": "V", "Compound": "O"}
USAGES = {"Allowed": "A", "Allowed-with-Review": "R", "Discouraged": "D", "Prohibited": "P"}


def main():
    root = ET.fromstring(lzma.open(sys.argv[1]).read())
    space = {"c": root.tag[1:].split("}")[0]}
    lines = []

    def add(entry, kind, parents=(), terms=()):
        usage = entry.find("c:Mapping_Notes/c:Usage", space)
        # Views are no weaknesses; some have no note that says so.
        code = USAGES[usage.text] if usage is not None else "P"
        gone = "x" if entry.get("Status") == "Deprecated" else ""
        cells = (entry.get("ID"), kind, code, gone, ",".join(parents), "|".join(terms), entry.get("Name"))
        lines.append(tuple(" ".join(cell.split()) for cell in cells))

    for entry in root.iterfind("c:Weaknesses/c:Weakness", space):
        related = entry.findall("c:Related_Weaknesses/c:Related_Weakness", space)
        above = [r for r in related if r.get("Nature") == "ChildOf" and r.get("View_ID") == "1000"]
        above.sort(key=lambda r: r.get("Ordinal") != "Primary")
        terms = [t.text for t in entry.iterfind("c:Alternate_Terms/c:Alternate_Term/c:Term", space)]
        add(entry, KINDS[entry.get("Abstraction")], list(dict.fromkeys(r.get("CWE_ID") for r in above)), terms)
    for entry in root.iterfind("c:Categories/c:Category", space):
        add(entry, "K")
    for entry in root.iterfind("c:Views/c:View", space):
        add(entry, "W")
    lines.sort(key=lambda line: int(line[0]))
    into = pathlib.Path(__file__).resolve().parents[2] / "crates/formats/src/cwe/entries.tsv"
    into.write_text(f"# {root.get('Version')}\n" + "".join("\t".join(line) + "\n" for line in lines))


main()
