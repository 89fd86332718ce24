"""The PostgreSQL side of the rig: tools/pg-cluster, and a postmaster that is killed with all its backends."""

import os
import signal
import subprocess
import time
from pathlib import Path

SCRIPT = Path(__file__).resolve().parents[2] / "tools" / "pg-cluster"


class Cluster:
    def __init__(self, folder):
        self.folder = Path(folder)
        self.postmaster = None

    def call(self, action):
        done = subprocess.run([str(SCRIPT), action, str(self.folder)], stdin=subprocess.DEVNULL, capture_output=True,
                              check=False, timeout=120)
        if done.returncode != 0:
            raise OSError(f"pg-cluster {action}: {done.stderr.decode(errors='replace').strip()}")
        return done.stdout.decode().strip()

    def start(self):
        (self.folder / "data" / "postmaster.pid").unlink(missing_ok=True)
        url = self.call("start")
        # Asked now: after a power cut its file can no longer be read.
        self.postmaster = int(self.call("pid"))
        return url

    def stop(self):
        if self.postmaster is not None and is_alive(self.postmaster):
            self.call("stop")

    def kill(self):
        """SIGKILL the postmaster and every process it started, as a machine that stops would."""
        family = [self.postmaster, *children_of(self.postmaster)]
        began = time.monotonic_ns()
        for process in family:
            try:
                os.kill(process, signal.SIGKILL)
            except ProcessLookupError:
                pass
        deadline = time.monotonic() + 10
        while any(is_alive(process) for process in family) and time.monotonic() < deadline:
            time.sleep(0.01)
        return began


def children_of(parent):
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            if int(fields[1]) == parent:
                found.append(int(entry.name))
    return found


def is_alive(process):
    try:
        return (Path("/proc") / str(process) / "stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False
