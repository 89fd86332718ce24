#!/usr/bin/env python3
"""Writes crates/formats/src/vrt/*.tsv from a checkout of Bugcrowd's taxonomy (Apache-2.0).

    tools/formats/vrt.py FOLDER     FOLDER holds vulnerability-rating-taxonomy.json, deprecated-node-mapping.json,
                                    mappings/ and history/VERSION.json for every release

tree.tsv    id, priority (1 to 5, "-" varies, "" has children), CVSS 3 base vector, CWE numbers, name; in the order of the file
moved.tsv   id of a former node, release that took it out, id it became ("other": none)
former.tsv  id of a node that is not in tree.tsv, last release that had it, name
"""
import json
import pathlib
import sys


def walk(nodes, above=()):
    for node in nodes:
        path = (*above, node["id"])
        yield ".".join(path), node
        yield from walk(node.get("children", []), path)


def load(file):
    data = json.loads(file.read_text())
    return data, dict(walk(data["content"]))


def number(release):
    return [int(part) for part in release.strip("v").split(".")]


def main():
    folder = pathlib.Path(sys.argv[1])
    into = pathlib.Path(__file__).resolve().parents[2] / "crates/formats/src/vrt"
    _, tree = load(folder / "vulnerability-rating-taxonomy.json")
    cvss_data, cvss = load(folder / "mappings/cvss_v3/cvss_v3.json")
    _, cwe = load(folder / "mappings/cwe/cwe.json")
    releases = sorted((f.stem for f in (folder / "history").glob("v*.json")), key=number)

    def nearest(mapping, key, id):
        """The node's own, else that of the nearest node above."""
        while id:
            if mapping.get(id, {}).get(key):
                return mapping[id][key]
            id = id.rpartition(".")[0]
        return None

    rows = [f"# {releases[-1].strip('v')}"]
    for id, node in tree.items():
        priority = "" if node.get("children") else "-" if node["priority"] is None else str(node["priority"])
        vector = nearest(cvss, "cvss_v3", id) or cvss_data["metadata"]["default"]
        numbers = ",".join(name.removeprefix("CWE-") for name in nearest(cwe, "cwe", id) or [])
        rows.append("\t".join((id, priority, vector, numbers, node["name"])))
    (into / "tree.tsv").write_text("\n".join(rows) + "\n")

    moved = json.loads((folder / "deprecated-node-mapping.json").read_text())
    rows = ["\t".join((id, release, target)) for id, steps in moved.items() for release, target in steps.items()]
    (into / "moved.tsv").write_text("\n".join(sorted(rows)) + "\n")

    former = {}
    for release in releases:
        for id, node in load(folder / f"history/{release}.json")[1].items():
            if id not in tree:
                former[id] = (release.strip("v"), node["name"])
    rows = ["\t".join((id, *rest)) for id, rest in former.items()]
    (into / "former.tsv").write_text("\n".join(sorted(rows)) + "\n")


main()
