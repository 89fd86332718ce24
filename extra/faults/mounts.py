"""File systems that can lose power: loop-mounted images, cut with the shutdown ioctl; and a small tmpfs that fills up.

The cut drops everything that was not forced to the disk. It keeps the order of what was, and it does not tear sectors.
"""

import os
import shutil
import subprocess
import time
from pathlib import Path

# Sparse; large enough that a hundred rounds do not fill it.
IMAGE_BYTES = 4 << 30
MAKE = {"xfs": ["mkfs.xfs", "-q", "-f"], "ext4": ["mkfs.ext4", "-q", "-F"]}


def path_of(tool):
    return shutil.which(tool, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin") or tool


def quietly(*command):
    done = subprocess.run([path_of(command[0]), *command[1:]], capture_output=True, check=False)
    if done.returncode != 0:
        raise OSError(f"{' '.join(command)}: {done.stderr.decode(errors='replace').strip()}")


class Mount:
    """A mounted folder that is unmounted whatever happens in between."""

    def __init__(self, folder, kind, size_mb=None):
        self.path = Path(folder) / f"{kind}-mount"
        self.kind = kind
        self.size_mb = size_mb
        self.image = Path(folder) / f"{kind}.img"

    def __enter__(self):
        self.path.mkdir(parents=True, exist_ok=True)
        if self.kind == "tmpfs":
            quietly("mount", "-t", "tmpfs", "-o", f"size={self.size_mb}m", "tmpfs", str(self.path))
        else:
            with open(self.image, "wb") as image:
                image.truncate(IMAGE_BYTES)
            quietly(*MAKE[self.kind], str(self.image))
            self.attach()
        return self

    def __exit__(self, *_):
        self.detach()
        self.image.unlink(missing_ok=True)

    def attach(self):
        quietly("mount", "-o", "loop", str(self.image), str(self.path))

    def detach(self):
        # A killed process may hold the mount for a moment longer.
        for _ in range(50):
            try:
                quietly("umount", str(self.path))
                return
            except OSError as problem:
                if "not mounted" in str(problem):
                    return
                time.sleep(0.1)
        quietly("umount", "-l", str(self.path))

    def cut(self):
        """Power is gone. Answers the instant just before, which is what strict promises are compared with."""
        began = time.monotonic_ns()
        quietly("xfs_io", "-x", "-c", "shutdown", str(self.path))
        return began
