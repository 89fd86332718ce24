"""One installation of the product under test: its folder, its process, its command line.

Everything the rig knows about the binary is here, so that another build (or the stand-in that proves the rig) can be
put in its place with --binary.
"""

import http.client
import os
import signal
import socket
import subprocess
import time
from pathlib import Path

FAKETIME = next(iter(sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))), None)
START_LIMIT_S = 60
STOP_LIMIT_S = 30

# Limits are for strangers; the rig is one address that files thousands of reports on small disks, and looks at receipts soon.
CONFIG = """\
[server]
rate_factor = 1000000
connections_each = 2000
[store]
disk_floor_mb = {floor}
[log]
checkpoint_seconds = 1
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def moved_clock(by=None, file=None):
    """Environment in which the wall clock is off by so much, or by what stands in a file; None without libfaketime."""
    if FAKETIME is None:
        return None
    how = {"FAKETIME": by} if file is None else {"FAKETIME_TIMESTAMP_FILE": str(file), "FAKETIME_NO_CACHE": "1"}
    return {"LD_PRELOAD": str(FAKETIME), "FAKETIME_DONT_FAKE_MONOTONIC": "1", "DONT_FAKE_MONOTONIC": "1", **how}


class NotReady(Exception):
    """The process ended or stayed silent before it answered /readyz."""


class Product:
    """`data` may lie on a mount that will be cut; logs and the configuration are kept in `outside`."""

    def __init__(self, binary, data, outside, database=None, disk_floor_mb=32, told=None):
        self.binary = [os.path.abspath(binary)]
        self.data = Path(data)
        self.outside = Path(outside)
        self.database = database
        self.told = told
        self.port = free_port()
        self.process = None
        self.checkpoints = []
        self.log = self.outside / "server.log"
        self.config = self.outside / "leeward.toml"
        self.config.write_text(CONFIG.format(floor=disk_floor_mb) + (told.settings() if told else ""))

    def store_arguments(self):
        arguments = ["--config", str(self.config), "--data", str(self.data)]
        return arguments + (["--database", self.database] if self.database else [])

    def start(self, prefix=(), env=None, limit=START_LIMIT_S):
        """Start and wait until ready; answers the seconds it took."""
        command = [*prefix, *self.binary, "serve", *self.store_arguments(), "--listen", f"127.0.0.1:{self.port}"]
        began = time.monotonic()
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env={**os.environ, **(env or {})},
                start_new_session=True)
        while time.monotonic() - began < limit:
            if self.process.poll() is not None:
                raise NotReady(f"exit {self.process.returncode}: {self.log_tail()}")
            if self.answers("/readyz"):
                return time.monotonic() - began
            time.sleep(0.01)
        self.kill()
        raise NotReady(f"silent for {limit} s: {self.log_tail()}")

    def enlist(self):
        """Those who are to hear of reports, before the first one comes."""
        if self.told:
            self.told.enlist(self)

    def settle(self, findings, **how):
        """At the end of a fault: whether they heard of every report. Leaves the process stopped."""
        if self.told:
            self.told.settle(self, findings, **how)

    def answers(self, path):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)
        try:
            connection.request("GET", path)
            return connection.getresponse().status == 200
        except OSError:
            return False
        except http.client.HTTPException:
            return False
        finally:
            connection.close()

    def running(self):
        return self.process is not None and self.process.poll() is None

    def kill(self):
        """SIGKILL the process and what it was started under (strace); the group is ours: start_new_session."""
        if self.process is None:
            return
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()
        self.process = None
        self.until_port_is_free()

    def until_port_is_free(self, limit=10):
        """Under strace only the tracer is our child: what it traced may take a moment longer to be gone."""
        began = time.monotonic()
        while time.monotonic() - began < limit:
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    probe.bind(("127.0.0.1", self.port))
                    return
                except OSError:
                    time.sleep(0.01)

    def stop(self):
        """A polite stop; answers whether the process went by itself and with status 0."""
        if self.process is None:
            return True
        os.killpg(self.process.pid, signal.SIGTERM)
        try:
            status = self.process.wait(STOP_LIMIT_S)
        except subprocess.TimeoutExpired:
            self.kill()
            return False
        self.process = None
        self.until_port_is_free()
        return status in (0, -signal.SIGTERM)

    def run(self, *arguments, limit=120):
        """A command of the binary: (status, what it printed)."""
        done = subprocess.run([*self.binary, *arguments], stdin=subprocess.DEVNULL, capture_output=True,
                              timeout=limit, check=False)
        return done.returncode, (done.stdout + done.stderr).decode(errors="replace")

    def verify(self):
        return self.run("verify", *self.store_arguments())

    def public_key(self):
        status, text = self.run("key", "show", "--public", *self.store_arguments())
        return text if status == 0 else None

    def log_tail(self):
        return self.log.read_bytes()[-600:].decode(errors="replace").strip() if self.log.exists() else ""
