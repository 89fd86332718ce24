"""An independent reading of Leeward's receipts and logs, for the tests.

Written from RFC 6962, RFC 9162, RFC 8785 and the C2SP pages, without looking at the Rust code.
Needs only Python 3.9 and the package `cryptography`.

  verify_receipt.py receipt KEYFILE RECEIPT    the receipt alone
  verify_receipt.py log KEYFILE FOLDER         a whole log: FOLDER/checkpoint and FOLDER/tile/...
  verify_receipt.py both KEYFILE RECEIPT FOLDER
  verify_receipt.py canonical                  JSON lines in, canonical JSON lines out

Prints one line beginning with "valid" and ends with 0, or one beginning with "invalid" and ends with 1.
"""

import base64
import hashlib
import json
import pathlib
import sys

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

WIDTH = 256


class Invalid(Exception):
    pass


def need(condition, words):
    if not condition:
        raise Invalid(words)


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def unbase64(text):
    raw = base64.b64decode(text, validate=True)
    need(base64.b64encode(raw).decode() == text, "base64 in another spelling")
    return raw


# ---- signed notes and keys (C2SP signed-note, tlog-checkpoint) ----


def read_keys(path):
    keys = {}
    for line in pathlib.Path(path).read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        name, key_id, material = line.split("+", 2)
        material = unbase64(material)
        need(material[0] == 1 and len(material) == 33, "not an Ed25519 key")
        need(sha256(name.encode(), b"\n", material)[:4].hex() == key_id, "key id does not match")
        keys[name, key_id] = Ed25519PublicKey.from_public_bytes(material[1:])
    return keys


def read_checkpoint(note, keys):
    """(origin, size, root, key ids that verified under the origin)"""
    text, lines = note.rsplit("\n\n", 1)
    text += "\n"
    need(lines.endswith("\n"), "note does not end in a newline")
    origin, size, root, end = text.split("\n", 3)
    need(end == "", "more than three lines")
    need(str(int(size)) == size, "size in another spelling")
    root = unbase64(root)
    need(len(root) == 32, "root is not 32 bytes")
    verified = []
    for line in lines[:-1].split("\n"):
        dash, name, signature = line.split(" ")
        need(dash == "\u2014", "no signature line")
        signature = unbase64(signature)
        key_id = signature[:4].hex()
        if (name, key_id) in keys:
            try:
                keys[name, key_id].verify(signature[4:], text.encode())
            except InvalidSignature:
                raise Invalid("wrong signature") from None
            if name == origin:
                verified.append(key_id)
    need(verified, "no signature by a known key")
    return origin, int(size), root, verified


# ---- the tree (RFC 6962 section 2.1, RFC 9162 section 2.1.3.2) ----


def leaf_hash(entry):
    return sha256(b"\0", entry)


def node_hash(left, right):
    return sha256(b"\1", left, right)


def root_by_inclusion(index, size, leaf, proof):
    """RFC 9162, 2.1.3.2: walk up with the index of the node and of the last node."""
    need(index < size, "index outside the tree")
    node, last, value = index, size - 1, leaf
    for sibling in proof:
        need(last > 0, "proof too long")
        if node & 1 or node == last:
            value = node_hash(sibling, value)
            while not node & 1 and node > 0:
                node >>= 1
                last >>= 1
        else:
            value = node_hash(value, sibling)
        node >>= 1
        last >>= 1
    need(last == 0, "proof too short")
    return value


def tree_root(leaves):
    """Layer by layer; an odd last node moves up as it is. Equal to the recursion of RFC 6962."""
    if not leaves:
        return sha256()
    while len(leaves) > 1:
        paired = [node_hash(a, b) for a, b in zip(leaves[::2], leaves[1::2])]
        leaves = paired + leaves[len(paired) * 2 :]
    return leaves[0]


# ---- receipts ----


def canonical(value):
    """RFC 8785 without fractions, by the standard library."""

    def ordered(value):
        if isinstance(value, dict):
            pairs = sorted(value.items(), key=lambda pair: pair[0].encode("utf-16-be"))
            return {name: ordered(inner) for name, inner in pairs}
        if isinstance(value, list):
            return [ordered(inner) for inner in value]
        need(not isinstance(value, float), "a fraction")
        return value

    return json.dumps(ordered(value), ensure_ascii=False, separators=(",", ":"))


def check_receipt(path, keys):
    receipt = json.loads(pathlib.Path(path).read_text(encoding="utf-8"))
    need(receipt["version"] == "leeward-receipt/v1", "unknown version")
    origin, size, root, signers = read_checkpoint(receipt["checkpoint"], keys)
    need(origin == f"{receipt['origin']}/epoch/{receipt['epoch']}", "checkpoint of another log")
    need(receipt["key_id"] in signers, "not signed by the named key")
    opening = receipt["opening"]
    if "event" in opening:
        event = opening["event"]
        need(canonical(json.loads(event)) == event, "event is not canonical")
        salt = unbase64(opening["salt"])
        need(len(salt) == 16, "salt is not 16 bytes")
        entry = sha256(b"leeward/entry/v1\0", salt, event.encode())
    else:
        entry = unbase64(opening["digest"])
    proof = [unbase64(text) for text in receipt["proof"]]
    found = root_by_inclusion(receipt["index"], size, leaf_hash(entry), proof)
    need(found == root, "the proof does not lead to the root")
    return receipt["index"], entry


# ---- logs (C2SP tlog-tiles) ----


def tile_path(folder, level, index, width):
    groups = [f"{index % 1000:03}"]
    while index >= 1000:
        index //= 1000
        groups.insert(0, f"x{index % 1000:03}")
    suffix = "" if width == WIDTH else f".p/{width}"
    return pathlib.Path(folder, "tile", str(level), *groups[:-1], groups[-1] + suffix)


def read_level(folder, level, count, item):
    """All items of a level of `count` items, each tile of exactly the width it must have."""
    items = []
    for index in range((count + WIDTH - 1) // WIDTH):
        width = min(WIDTH, count - index * WIDTH)
        raw = tile_path(folder, level, index, width).read_bytes()
        need(len(raw) == width * item, f"tile {level}/{index} has {len(raw)} bytes")
        items += [raw[at : at + item] for at in range(0, len(raw), item)]
    return items


def check_log(folder, keys):
    note = pathlib.Path(folder, "checkpoint").read_text(encoding="utf-8")
    _, size, root, _ = read_checkpoint(note, keys)
    entries = read_level(folder, "entries", size, 34)
    need(all(entry[:2] == b"\0\x20" for entry in entries), "entry length is not 32")
    entries = [entry[2:] for entry in entries]
    hashes = read_level(folder, 0, size, 32)
    need(hashes == [leaf_hash(entry) for entry in entries], "entries and leaf hashes differ")
    need(tree_root(hashes) == root, "the leaves do not hash to the root")
    level = 0
    while len(hashes) >= WIDTH:
        full = [hashes[at : at + WIDTH] for at in range(0, len(hashes) - WIDTH + 1, WIDTH)]
        level += 1
        hashes = read_level(folder, level, len(full), 32)
        need(hashes == [tree_root(tile) for tile in full], f"level {level} does not fit below")
    return entries


def main(arguments):
    if arguments == ["canonical"]:
        for line in sys.stdin.buffer.read().decode().split("\n")[:-1]:
            sys.stdout.buffer.write((canonical(json.loads(line)) + "\n").encode())
        return 0
    try:
        mode, keys, rest = arguments[0], read_keys(arguments[1]), arguments[2:]
        if mode in ("receipt", "both"):
            index, entry = check_receipt(rest[0], keys)
        if mode in ("log", "both"):
            entries = check_log(rest[-1], keys)
        if mode == "both":
            need(entries[index] == entry, "the log holds another entry there")
    except (Invalid, ValueError, KeyError, TypeError, OSError) as error:
        print(f"invalid: {type(error).__name__} {error}")
        return 1
    print("valid")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
