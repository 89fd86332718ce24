#!/usr/bin/env python3
"""Follows a one-time link as a person does and prints an API token with every scope this person may give.

    tools/sign-up.py LINK

LINK is what `leeward admin invite` or the first start prints. The page of the link is filled in (name, password, the code
of the authenticator it offers), then the page of tokens. Standard library only; the server must be on loopback, since the
password is thrown away and the token lands on a terminal.
"""

import base64
import hashlib
import hmac
import http.cookiejar
import re
import secrets
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from html.parser import HTMLParser


class Page(HTMLParser):
    """The inputs of a page's forms, by where each form goes."""

    def __init__(self, text):
        super().__init__()
        self.forms = {}
        self.form = None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "form":
            self.form = self.forms.setdefault(attrs.get("action", ""), [])
        elif tag in ("input", "textarea", "select") and self.form is not None:
            self.form.append((attrs.get("name", ""), attrs.get("value") or "", attrs.get("type", "text")))

    def handle_endtag(self, tag):
        if tag == "form":
            self.form = None


def totp(letters, now):
    """RFC 6238 with SHA-1, six digits, thirty seconds."""
    key = base64.b32decode(letters + "=" * (-len(letters) % 8))
    digest = hmac.new(key, int(now // 30).to_bytes(8, "big"), hashlib.sha1).digest()
    at = digest[-1] & 15
    return f"{(int.from_bytes(digest[at:at + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06d}"


class Browser:
    def __init__(self, base):
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.base, self.opener = base, urllib.request.build_opener(jar)

    def send(self, path, fields=None):
        body = None if fields is None else urllib.parse.urlencode(fields).encode()
        request = urllib.request.Request(self.base + path, body, {"Accept": "text/html"})
        try:
            with self.opener.open(request, timeout=30) as answer:
                return answer.read().decode()
        except urllib.error.HTTPError as error:
            raise SystemExit(f"sign-up: {path} answered {error.code}:\n{error.read().decode()[:2000]}") from error


def form(page, path, wanted):
    """The form with a field of this name; a form without an address goes to the page it stands on."""
    for action, fields in Page(page).forms.items():
        if any(name == wanted for name, _, _ in fields):
            return urllib.parse.urlsplit(action).path or path, fields
    raise SystemExit(f"sign-up: {path} has no form with {wanted}")


def main(link):
    parts = urllib.parse.urlsplit(link)
    if parts.hostname not in ("127.0.0.1", "localhost", "::1"):
        raise SystemExit(f"sign-up: only loopback servers, not {parts.hostname}")
    browser = Browser(f"{parts.scheme}://{parts.netloc}")
    page = browser.send(parts.path)
    # The page shows the letters of the authenticator for those who cannot photograph it.
    letters = re.search(r'by hand:\s*<span class="mono">([A-Z2-7 ]+)<', page)
    if not letters:
        raise SystemExit("sign-up: the page of the link shows no authenticator; was the link used?")
    action, fields = form(page, parts.path, "password")
    code = totp(letters.group(1).replace(" ", ""), time.time())
    password = secrets.token_urlsafe(24)
    given = {"name": "Fuzz", "email": "fuzz@acme.example", "password": password, "code": code}
    browser.send(action, [(name, given.get(name, value)) for name, value, _ in fields])

    tokens = "/desk/account/tokens"
    action, fields = form(browser.send(tokens), tokens, "permissions")
    given = {"label": "fuzz", "days": "1", "current-password": password}
    made = browser.send(action, [(name, given.get(name, value)) for name, value, _ in fields])
    token = re.search(r"lwd_[A-Za-z0-9_-]+", made)
    if not token:
        raise SystemExit("sign-up: the page shows no token")
    print(token.group(0))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    main(sys.argv[1])
