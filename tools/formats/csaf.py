#!/usr/bin/env python3
"""Writes the tables that CSAF 2.1's tests look up, into crates/formats/src/csaf/dictionary.

    tools/formats/csaf.py cwec_vN.xml.xz SSVC NPM

SSVC: a checkout of CERT/CC's data (holds json/decision_points). NPM: a folder with the packages spdx-license-ids and
spdx-exceptions (SPDX License List).

weaknesses.tsv      "@", releases of the CWE in their order; then a line an entry: number, the release it came with, and
                    for each earlier name the release that ended it and the name
decision_points.tsv namespace:key:version, name, then key=name of each value in its order
licences.txt        "@licence", "@exception", "@deprecated", each followed by identifiers
"""
import json
import lzma
import pathlib
import sys
import xml.etree.ElementTree as ET

INTO = pathlib.Path(__file__).resolve().parents[2] / "crates/formats/src/csaf/dictionary"
# Releases that no entry came with, and one whose date MITRE's file gives wrongly.
RELEASES = {"2.3": "2012-10-30", "3.0": "2017-11-14", "4.1": "2020-06-25"}


def weaknesses(catalogue):
    root = ET.fromstring(lzma.open(catalogue).read())
    space = {"c": root.tag[1:].split("}")[0]}
    kinds = [space["c"] + "}" + kind for kind in ("Weakness", "Category", "View")]
    entries = [e for e in root.iter() if e.tag[1:] in kinds]
    releases = {}
    for entry in entries:
        came = entry.find("c:Content_History/c:Submission", space)
        version = came.findtext("c:Submission_Version", "", space)
        releases[version] = came.findtext("c:Submission_ReleaseDate", "", space)
    releases = {**releases, **RELEASES, root.get("Version"): root.get("Date")}
    # Drafts are no releases: what came with one was there at 1.0.
    order = sorted((date, [int(n) for n in v.split(".")], v) for v, date in releases.items() if "Draft" not in v)
    lines = ["@\t" + "\t".join(version for _, _, version in order)]
    for entry in sorted(entries, key=lambda entry: int(entry.get("ID"))):
        since = entry.findtext("c:Content_History/c:Submission/c:Submission_Version", "", space)
        cells = [entry.get("ID"), since if "Draft" not in since else order[0][2]]
        for name in entry.iterfind("c:Content_History/c:Previous_Entry_Name", space):
            ended = [version for date, _, version in order if date >= name.get("Date")]
            if ended and ended[0] != order[0][2]:
                cells += [ended[0], " ".join(name.text.split())]
        lines.append("\t".join(cells))
    (INTO / "weaknesses.tsv").write_text("\n".join(lines) + "\n")


def decision_points(folder):
    lines = []
    for file in (folder / "json/decision_points").glob("*/*.json"):
        point = json.loads(file.read_text())
        values = [f"{value['key']}={value['name']}" for value in point["values"]]
        lines.append("\t".join([f"{point['namespace']}:{point['key']}:{point['version']}", point["name"], *values]))
    (INTO / "decision_points.tsv").write_text("\n".join(sorted(lines)) + "\n")


def licences(folder):
    def read(path):
        return json.loads((folder / path).read_text())

    old = read("spdx-license-ids/deprecated.json") + read("spdx-exceptions/deprecated.json")
    lists = [("licence", read("spdx-license-ids/index.json")), ("exception", read("spdx-exceptions/index.json"))]
    text = "".join(f"@{name}\n" + "".join(id + "\n" for id in sorted(ids)) for name, ids in [*lists, ("deprecated", old)])
    (INTO / "licences.txt").write_text(text)


weaknesses(sys.argv[1])
decision_points(pathlib.Path(sys.argv[2]))
licences(pathlib.Path(sys.argv[3]))
