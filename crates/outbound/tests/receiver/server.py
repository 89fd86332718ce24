#!/usr/bin/env python3
"""A real HTTP server for tests that checks what it is sent with the library `standardwebhooks` of PyPI, which is not ours.

    server.py [--tls] [--secret whsec_...]

Prints `ready PORT`, with --tls also `certificate FILE`, then one JSON line for each request. What it answers is chosen by the
path: /ok 200, /say/CODE that code, /later/N 503 with Retry-After N, /hang nothing, /drip one byte of the head a second,
/big 10 MB, /headers 10,000 headers, /away a redirect to the path /ok, /none closes the connection, /raw what is no HTTP,
/stall 200 and a body that never ends, /echo what it was sent, /held/CODE that code, once it is told `release`.
Commands on standard input: `secret S` from now on checks with this secret too, `forget` with none; `order CODE` answers
/ordered with this code. Each prints `did COMMAND`.
"""

import argparse
import datetime
import ipaddress
import json
import socketserver
import ssl
import sys
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler

from standardwebhooks import Webhook

STATE = {"secrets": [], "code": 200}
RELEASED = threading.Event()
OUT = threading.Lock()


def say(text):
    with OUT:
        print(text, flush=True)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        valid = []
        for secret in STATE["secrets"]:
            try:
                Webhook(secret).verify(body, {k.lower(): v for k, v in self.headers.items()})
                valid.append("valid")
            except Exception as error:  # the library has several
                valid.append(f"{type(error).__name__}: {error}")
        head = {k.lower(): v for k, v in self.headers.items()}
        say(json.dumps({"path": self.path, "head": head, "body": body.decode(), "valid": valid}))
        self.answer(body)

    def answer(self, body):
        path = self.path.split("?")[0]
        if path == "/hang":
            time.sleep(3600)
        elif path == "/drip":
            for byte in b"HTTP/1.1 200 OK\r\nx: " + b"y" * 3600:
                self.wfile.write(bytes([byte]))
                self.wfile.flush()
                time.sleep(1)
        elif path == "/none":
            self.close_connection = True
        elif path == "/raw":
            self.wfile.write(b"220 mail.example ESMTP\r\n")
            self.close_connection = True
        elif path == "/big":
            self.send_response(200)
            self.send_header("content-length", str(10 << 20))
            self.end_headers()
            try:
                self.wfile.write(b"x" * (10 << 20))
            except OSError:
                pass
        elif path == "/headers":
            lines = "".join(f"x-{n}: y\r\n" for n in range(10_000))
            try:
                self.wfile.write(f"HTTP/1.1 200 OK\r\n{lines}\r\n".encode())
            except OSError:
                pass
            self.close_connection = True
        elif path.startswith("/later/"):
            self.short(503, [("retry-after", path.split("/")[2])])
        elif path.startswith("/say/"):
            self.short(int(path.split("/")[2]), [])
        elif path == "/away":
            self.short(302, [("location", "/ok")])
        elif path == "/stall":
            self.send_response(200)
            self.send_header("content-length", "100")
            self.end_headers()
            self.wfile.write(b"taken")
            self.wfile.flush()
            time.sleep(3600)
        elif path == "/echo":
            self.send_response(200)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        elif path.startswith("/held/"):
            RELEASED.wait()
            self.short(int(path.split("/")[2]), [])
        elif path == "/ordered":
            self.short(STATE["code"], [])
        else:
            self.short(200, [])

    def short(self, code, headers):
        words = f"answer {code}".encode()
        self.send_response(code)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("content-length", str(len(words)))
        self.end_headers()
        self.wfile.write(words)


class Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, *_):
        pass


def certificate(server):
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.timezone.utc)
    names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=7)).add_extension(names, False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), True).sign(key, hashes.SHA256())
    )
    pem = made.public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    with tempfile.NamedTemporaryFile(suffix=".pem", delete=False) as file:
        file.write(pem + private)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file.name)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    return file.name


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--tls", action="store_true")
    arguments = parser.parse_args()
    server = Server(("127.0.0.1", 0), Handler)
    path = certificate(server) if arguments.tls else None
    say(f"ready {server.server_address[1]}")
    if path:
        say(f"certificate {path}")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    for line in sys.stdin:
        word, _, rest = line.strip().partition(" ")
        if word == "secret":
            STATE["secrets"].append(rest)
        elif word == "forget":
            STATE["secrets"].clear()
        elif word == "release":
            RELEASED.set()
        elif word == "order":
            STATE["code"] = int(rest)
        say(f"did {line.strip()}")


main()
