#!/usr/bin/env python3
"""Makes crates/accounts/src/credential/common.bin: the passwords that attackers try first, as they can be looked up.

    tools/common-passwords.py LIST > crates/accounts/src/credential/common.bin

LIST has one password a line, the commonest first, from passwords that were really used and breached; NOTICE names ours.
Only what could pass our rule of length is kept, in lower case. Of each the first five bytes of a hash are written,
sorted: enough that of a thousand million good passwords some forty are refused for nothing, and nobody reads the list.
"""

import hashlib
import sys

SHORTEST = 12  # PASSWORD_MIN
TAG = b"leeward common password v1\0"


def main() -> None:
    with open(sys.argv[1], encoding="utf-8", errors="strict") as lines:
        words = {line.rstrip("\r\n").lower() for line in lines}
    places = {hashlib.sha256(TAG + word.encode()).digest()[:5] for word in words if len(word) >= SHORTEST}
    sys.stdout.buffer.write(b"".join(sorted(places)))


main()
