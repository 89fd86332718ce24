"""A person at a desk, by the standard library: one-time link, password, authenticator, token, kept-alive connection."""

import base64
import hashlib
import hmac
import http.client
import re
import struct
import time
from html.parser import HTMLParser
from urllib.parse import urlencode

LIMIT_S = 60
PASSWORD = "a long password for a bench"


def totp(secret, at=None):
    """RFC 6238 with SHA-1, six digits, thirty seconds."""
    letters = secret.replace(" ", "").upper()
    key = base64.b32decode(letters + "=" * (-len(letters) % 8))
    counter = struct.pack(">Q", int((time.time() if at is None else at) // 30))
    digest = hmac.new(key, counter, hashlib.sha1).digest()
    offset = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[offset:offset + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"


class Hidden(HTMLParser):
    """The hidden fields of the form with this action, or of the first form."""

    def __init__(self, page, action=None):
        super().__init__()
        self.action, self.inside, self.fields = action, False, {}
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "form":
            self.inside = not self.fields and (self.action is None or attrs.get("action") == self.action)
        elif tag == "input" and self.inside and attrs.get("type") == "hidden":
            self.fields[attrs["name"]] = attrs.get("value", "")

    def handle_endtag(self, tag):
        if tag == "form":
            self.inside = False


class Browser:
    """One connection that is kept, one jar of cookies."""

    def __init__(self, port, token=None):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=LIMIT_S)
        self.cookies = {}
        self.token = token

    def who(self):
        """The headers that say who asks."""
        headers = {}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        return headers

    def call(self, method, path, body=None, headers=None):
        headers = {**(headers or {}), **self.who()}
        try:
            self.connection.request(method, path, body, headers)
            answer = self.connection.getresponse()
        except (http.client.RemoteDisconnected, ConnectionError):
            # The server ended a connection that was idle for long: it has not seen this request.
            self.connection.close()
            self.connection.request(method, path, body, headers)
            answer = self.connection.getresponse()
        text = answer.read()
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = line.split(";", 1)[0].partition("=")
            self.cookies[name.strip()] = value
        return answer, text.decode(errors="replace")

    def get(self, path):
        answer, text = self.call("GET", path)
        if answer.status != 200:
            raise OSError(f"GET {path}: {answer.status} {text[:300]}")
        return text

    def submit(self, path, fields, action=None):
        """Fills the form that stands on the page and sends it; `fields` are pairs."""
        return self.send(path, self.get(path), fields, action)

    def send(self, path, page, fields, action=None):
        """The same for a page that was fetched: what it offers may be for this one showing."""
        body = urlencode([*Hidden(page, action).fields.items(), *fields])
        answer, text = self.call("POST", action or path, body, {"Content-Type": "application/x-www-form-urlencoded"})
        if answer.status >= 400:
            raise OSError(f"POST {action or path}: {answer.status} {re.sub(r'<[^>]+>', ' ', text)[:1500]}")
        return text

    def close(self):
        self.connection.close()


def become_owner(port, link):
    """Follows the one-time link as a person does; gives the browser that is signed in."""
    browser = Browser(port)
    page = browser.get(link)
    secret = re.search(r">((?:[A-Z2-7]{4} ){3,}[A-Z2-7]{1,4})<", page).group(1)
    browser.send(link, page, [("name", "Bench Owner"), ("email", "owner@bench.example"),
                              ("password", PASSWORD), ("code", totp(secret))])
    return browser


def make_token(browser, permissions):
    """A token for programs, made on the page of tokens."""
    path = "/desk/account/tokens"
    wish = [("label", "bench"), ("days", "1"), ("current-password", PASSWORD)]
    page = browser.submit(path, [*wish, *(("permissions", p) for p in permissions)], path)
    return re.search(r"\blwd_[a-z2-7]{60}\b", page).group(0)
