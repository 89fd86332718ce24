#!/usr/bin/env python3
"""A real SMTP server for tests (aiosmtpd), told what to do while it runs.

    server.py [--port N] [--tls none|starttls|implicit] [--auth USER:PASSWORD]

Prints `ready PORT`, with TLS also `certificate FILE`, then one JSON line for each message it took. Reads commands, one a
line, from standard input and prints `did COMMAND`:

    accept          take everything
    later N         answer 451 to the next N recipients
    refuse ADDRESS  answer 550 to this recipient; its address stands in the answer, as servers do
    sender          answer 550 to our sender
    noutf8          answer 555 to SMTPUTF8, though it is offered
    hang            never answer after the message
    cut             close the connection instead of taking the message
    swallow         keep the message, then close the connection without an answer
    full            answer 452 after the message, for ever
"""

import argparse
import asyncio
import datetime
import ipaddress
import json
import ssl
import sys
import tempfile
import threading

from aiosmtpd.smtp import SMTP, AuthResult


class Sink:
    def __init__(self):
        self.mode, self.argument, self.connections, self.most = "accept", "", 0, 0

    async def handle_MAIL(self, server, session, envelope, address, options):
        if self.mode == "sender":
            return "550 5.7.1 this sender may not"
        if self.mode == "noutf8" and "SMTPUTF8" in options:
            return "555 5.6.7 not after all"
        envelope.mail_from = address
        return "250 2.1.0 ok"

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.mode == "later" and int(self.argument) > 0:
            self.argument = str(int(self.argument) - 1)
            return "451 4.7.1 greylisted, come again"
        if self.mode == "refuse" and address == self.argument:
            return f"550 5.1.1 <{address}>: no such user here"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 ok"

    async def handle_DATA(self, server, session, envelope):
        if self.mode == "hang":
            await asyncio.sleep(3600)
        if self.mode == "cut":
            server.transport.abort()
            return "451 gone"
        if self.mode == "full":
            return "452 4.2.2 mailbox full"
        data = envelope.content.decode("utf-8", "replace")
        line = {"from": envelope.mail_from, "to": envelope.rcpt_tos, "data": data, "tls": server.transport.get_extra_info("sslcontext") is not None}
        print("took " + json.dumps(line), flush=True)
        if self.mode == "swallow":
            server.transport.abort()
        return "250 2.0.0 taken"


class Counted(SMTP):
    """Counts connections at the same time: `count` prints the most there were."""

    def connection_made(self, transport):
        sink = self.event_handler
        sink.connections += 1
        sink.most = max(sink.most, sink.connections)
        super().connection_made(transport)

    def connection_lost(self, error):
        self.event_handler.connections -= 1
        super().connection_lost(error)


def certificate(folder):
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mail sink")])
    now = datetime.datetime.now(datetime.timezone.utc)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False)
        .sign(key, hashes.SHA256())
    )
    pem = made.public_bytes(serialization.Encoding.PEM)
    plain = serialization.NoEncryption()
    secret = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    public, both = f"{folder}/certificate.pem", f"{folder}/both.pem"
    with open(public, "wb") as out:
        out.write(pem)
    with open(both, "wb") as out:
        out.write(secret + pem)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(both)
    return public, context


def obey(sink):
    for line in sys.stdin:
        command, _, argument = line.strip().partition(" ")
        if command == "count":
            print(f"most {sink.most}", flush=True)
            continue
        sink.mode, sink.argument = command, argument
        print(f"did {command}", flush=True)
    # Whoever started us is gone.
    sys.stdout.flush()
    import os

    os._exit(0)


async def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--tls", choices=["none", "starttls", "implicit"], default="none")
    parser.add_argument("--auth", default="")
    arguments = parser.parse_args()
    sink, context = Sink(), None
    with tempfile.TemporaryDirectory() as folder:
        if arguments.tls != "none":
            public, context = certificate(folder)
        options = {"hostname": "sink.example", "enable_SMTPUTF8": True}
        if arguments.tls == "starttls":
            options |= {"tls_context": context, "require_starttls": True}
        if arguments.auth:
            user, _, password = arguments.auth.partition(":")

            def check(server, session, envelope, mechanism, data):
                good = (data.login.decode(), data.password.decode()) == (user, password)
                return AuthResult(success=good, handled=good)

            options |= {"authenticator": check, "auth_required": True, "auth_require_tls": arguments.tls == "starttls"}
        loop = asyncio.get_running_loop()
        server = await loop.create_server(
            lambda: Counted(sink, **options),
            "127.0.0.1",
            arguments.port,
            ssl=context if arguments.tls == "implicit" else None,
        )
        print(f"ready {server.sockets[0].getsockname()[1]}", flush=True)
        if context:
            print(f"certificate {public}", flush=True)
        threading.Thread(target=obey, args=(sink,), daemon=True).start()
        await server.serve_forever()


asyncio.run(main())
