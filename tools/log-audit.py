#!/usr/bin/env python3
"""Checks a running server's public log with nothing of ours: C2SP signed-note, tlog-checkpoint and tlog-tiles over HTTP.

    tools/log-audit.py http://127.0.0.1:8080 [--key FILE] [--older CHECKPOINT_FILE]...

Reads the verifier key (from FILE, or from the server), the checkpoint, every entry bundle and every hash tile; checks the
signature, rebuilds the tree from the entries, compares each tile and the root. An older checkpoint must be a root of the
same entries. Needs the Python package `cryptography` for Ed25519. Status 0 when all holds, 1 when not.
"""

import argparse
import base64
import hashlib
import sys
import urllib.error
import urllib.request
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

WIDTH = 256
ED25519 = 1


class Wrong(Exception):
    """The log is not what it says."""


def fetch(base, path):
    with urllib.request.urlopen(f"{base}/api/v1/log/{path}", timeout=30) as answer:
        return answer.read()


def parse_key(text):
    """name+hash+base64(type || key), the verifier key of signed notes; the first one in the text."""
    for token in text.replace('"', " ").split():
        parts = token.split("+", 2)
        if len(parts) == 3 and len(parts[1]) == 8:
            name, key_id, material = parts[0], bytes.fromhex(parts[1]), base64.b64decode(parts[2])
            if material[0] != ED25519:
                raise Wrong(f"key of type {material[0]}, not Ed25519")
            if hashlib.sha256(name.encode() + b"\n" + material).digest()[:4] != key_id:
                raise Wrong("the key's id is not the hash of the key")
            return name, key_id, Ed25519PublicKey.from_public_bytes(material[1:])
    raise Wrong("no verifier key in the text")


def parse_checkpoint(note, key):
    """(size, root) of a signed checkpoint."""
    name, key_id, public = key
    body, _, signatures = note.rpartition("\n\n")
    body += "\n"
    for line in signatures.strip().splitlines():
        dash, signer, blob = line.split(" ")
        blob = base64.b64decode(blob)
        if dash == "\u2014" and signer == name and blob[:4] == key_id:
            public.verify(blob[4:], body.encode())
            origin, size, root = body.splitlines()[:3]
            if origin != name:
                raise Wrong(f"origin {origin} is not the key's name {name}")
            return int(size), base64.b64decode(root)
    raise Wrong("no signature by this key")


def tile_name(level, index, width):
    groups = [f"{index % 1000:03d}"]
    while index >= 1000:
        index //= 1000
        groups.insert(0, f"x{index % 1000:03d}")
    return f"tile/{level}/{'/'.join(groups)}" + (f".p/{width}" if width < WIDTH else "")


def tiles_of(count):
    """(index, width) of the tiles that hold `count` items."""
    full, rest = divmod(count, WIDTH)
    return [(index, WIDTH) for index in range(full)] + ([(full, rest)] if rest else [])


def node(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_of(hashes):
    if not hashes:
        return hashlib.sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    split = 1 << ((len(hashes) - 1).bit_length() - 1)
    return node(root_of(hashes[:split]), root_of(hashes[split:]))


def entries(base, size):
    found = []
    for index, width in tiles_of(size):
        bundle = fetch(base, tile_name("entries", index, width))
        at, count = 0, 0
        while at < len(bundle):
            length = int.from_bytes(bundle[at:at + 2], "big")
            found.append(bundle[at + 2:at + 2 + length])
            at, count = at + 2 + length, count + 1
        if count != width or at != len(bundle):
            raise Wrong(f"entry bundle {index}: {count} entries, {width} expected")
    return found


def audit(base, key_text, older):
    key = parse_key(key_text or fetch(base, "key").decode())
    size, root = parse_checkpoint(fetch(base, "checkpoint").decode(), key)
    leaves = [hashlib.sha256(b"\x00" + entry).digest() for entry in entries(base, size)]
    if root_of(leaves) != root:
        raise Wrong("the root is not that of the entries")
    level, hashes, tiles = 0, leaves, 0
    while hashes:
        for index, width in tiles_of(len(hashes)):
            if fetch(base, tile_name(level, index, width)) != b"".join(hashes[index * WIDTH:index * WIDTH + width]):
                raise Wrong(f"tile {level}/{index} is not that of the entries")
            tiles += 1
        level += 1
        hashes = [root_of(hashes[at:at + WIDTH]) for at in range(0, len(hashes) - WIDTH + 1, WIDTH)]
    for path in older:
        old_size, old_root = parse_checkpoint(Path(path).read_text(encoding="utf-8"), key)
        if old_size > size or root_of(leaves[:old_size]) != old_root:
            raise Wrong(f"{path}: not a prefix of this log")
    return f"{key[0]}: {size} entries, {tiles} tiles, {len(older)} older checkpoints agree"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("base")
    parser.add_argument("--key")
    parser.add_argument("--older", action="append", default=[])
    arguments = parser.parse_args()
    try:
        print(audit(arguments.base.rstrip("/"), Path(arguments.key).read_text() if arguments.key else None, arguments.older))
    except (Wrong, InvalidSignature, urllib.error.URLError, ValueError, KeyError) as problem:
        print(f"WRONG: {problem or type(problem).__name__}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
