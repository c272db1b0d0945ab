"""One PostgreSQL server on one data folder: is it there, start it, stop it."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pwd
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from pinge.database.installation import ENVIRONMENT, SUPERUSER, ClusterError, Installation, Owner

START_SECONDS = 300  # to replay the log after a crash may take minutes on a slow disk
STOP_SECONDS = 5  # then it is stopped at once, and replays its log at the next start
PAUSE = 0.005  # seconds between two looks

PORT = 5432  # of no network: it is part of the socket's name
SOCKET = f".s.PGSQL.{PORT}"
LONGEST_SOCKET_PATH = 103  # bytes, on the platform that allows least
SHORT_FOLDER = "pinge-"


class Postmaster(NamedTuple):
    """What the latest server wrote of itself; it may be long dead, `status` is "ready" or not."""

    pid: int
    port: int
    sockets: Path
    status: str

    @classmethod
    def of(cls, data: Path) -> Postmaster | None:
        """The one of this data folder, None before it has written enough."""
        try:
            lines = (data / "postmaster.pid").read_text().splitlines()
            return cls(int(lines[0]), int(lines[3]), Path(lines[4]), "".join(lines[7:8]).strip())
        except (FileNotFoundError, IndexError, ValueError):
            return None

    def answers(self) -> bool:
        """Whether somebody listens at its socket: "ready" may have been its last word."""
        with socket.socket(socket.AF_UNIX) as probe, contextlib.suppress(OSError):
            probe.settimeout(1)
            probe.connect(f"{self.sockets}/.s.PGSQL.{self.port}")
            return True
        return False


class Server:
    """The server on the data folder in `home`, whichever process started it.

    All its processes inherit `server.lock`, so the kernel knows whether any of them lives. A pid
    in a file does not tell: it may be a zombie's, or by now that of another program.
    """

    def __init__(self, home: Path, owner: Owner) -> None:
        self.home = home
        self.data = home / "data"
        self.log = home / "postgres.log"
        self._owner = owner
        self._process: subprocess.Popen[bytes] | None = None
        self._sockets: Path | None = None  # where it listened last, and so is looked for

    def is_running(self) -> bool:
        """Whether any process of the server lives."""
        try:
            self._owner.lock(self.home / "server.lock", fcntl.LOCK_SH | fcntl.LOCK_NB).close()
        except BlockingIOError:
            return True
        return False

    def settle(self) -> Postmaster | None:
        """Wait until the server is ready or gone: a killed one's children linger for a moment.

        Raises ClusterError after START_SECONDS.
        """
        deadline = time.monotonic() + START_SECONDS
        while self.is_running():
            postmaster = Postmaster.of(self.data)
            if postmaster and postmaster.status == "ready" and postmaster.answers():
                self._sockets = postmaster.sockets
                return postmaster
            if time.monotonic() > deadline:
                raise ClusterError(f"PostgreSQL did not start in {START_SECONDS} s: see {self.log}")
            time.sleep(PAUSE)
        return None

    def launch(self, installation: Installation, settings: Mapping[str, str]) -> Postmaster:
        """Start the server where none is running, and wait until it is ready.

        Raises ClusterError with its last words if it is not to be.
        """
        left = Postmaster.of(self.data)
        if left and left.answers():
            raise ClusterError(f"{self.data} is in use by a PostgreSQL that Pinge did not start")
        self._sweep(left.sockets if left else self._sockets)
        self._admit()
        sockets = self._socket_folder()
        began = self.log.stat().st_size if self.log.exists() else 0
        self._process = self._spawn(self._command(installation, settings, sockets))
        postmaster = self.settle()
        if postmaster is None:
            self._sweep(sockets)
            status = self._process.returncode
            said = self.log.read_bytes()[began:].decode(errors="replace").strip()
            raise ClusterError(f"PostgreSQL did not start (exit status {status}): {said}")
        return postmaster

    def halt(self) -> None:
        """Stop the server: kindly, then at once, which loses nothing either.

        Raises ClusterError if it outlives both by STOP_SECONDS each.
        """
        if not self.is_running():
            return
        left = Postmaster.of(self.data)
        pid = self._pid(left)
        for order in (signal.SIGINT, signal.SIGQUIT):
            if pid is not None:
                # By the owner: root must not signal whatever pid the owner may have written down.
                self._owner.can("/bin/sh", "-c", f"kill -{order:d} {pid}")
            if self._is_gone_within(STOP_SECONDS):
                self._sweep(left and left.sockets)
                return
        raise ClusterError(f"PostgreSQL did not stop in {2 * STOP_SECONDS} s: see {self.log}")

    def leave(self) -> None:
        """Let it run on for others, even when this process dies."""
        if self._process is not None:
            self._process.returncode = 0  # or subprocess would warn that nobody waited for it

    def _pid(self, left: Postmaster | None) -> int | None:
        """Whom to signal: our own child, or who answers at the socket; no other pid is certain."""
        if self._process is not None and self._process.poll() is None:
            return self._process.pid
        return left.pid if left and left.answers() else None

    def _is_gone_within(self, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while self.is_running():
            if time.monotonic() > deadline:
                return False
            time.sleep(PAUSE)
        return True

    def _spawn(self, command: list[str]) -> subprocess.Popen[bytes]:
        with (
            self._owner.lock(self.home / "server.lock", fcntl.LOCK_EX) as alive,
            self._owner.open(self.log) as log,
        ):
            return subprocess.Popen(  # noqa: S603
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                env=ENVIRONMENT,
                pass_fds=[alive.fileno()],
                start_new_session=True,  # a Ctrl-C in the terminal is not meant for it
                **self._owner.identity,
            )

    def _command(
        self, installation: Installation, settings: Mapping[str, str], sockets: Path
    ) -> list[str]:
        quoted = str(sockets).replace('"', '""')
        private = {
            "cluster_name": "pinge",
            "listen_addresses": "",
            "unix_socket_directories": f'"{quoted}"',  # it is a list, and paths may have commas
            "unix_socket_permissions": "0700",
            "port": str(PORT),
            "hba_file": str(self.home / "pg_hba.conf"),
            "ident_file": str(self.home / "pg_ident.conf"),
        }
        command = [str(installation.programs / "postgres"), "-D", str(self.data)]
        for name, value in {**settings, **private}.items():
            command += ["-c", f"{name}={value}"]
        return command

    def _admit(self) -> None:
        """Let in the owner, and root, who may run Pinge as well; written anew at each start."""
        names = {self._owner.name}
        with contextlib.suppress(KeyError):
            names.add(pwd.getpwuid(0).pw_name)
        logins = "".join(f'pinge "{name}" {SUPERUSER}\n' for name in sorted(names))
        rules = {"pg_hba.conf": "local all all peer map=pinge\n", "pg_ident.conf": logins}
        for name, text in rules.items():
            with self._owner.open(self.home / name) as file:
                file.truncate(0)
                file.write(text.encode())

    def _socket_folder(self) -> Path:
        """The home, or a new folder, as closed, when the home's path is too long for a socket."""
        if len(os.fsencode(self.home / SOCKET)) <= LONGEST_SOCKET_PATH:
            return self.home
        if self._sockets is None:
            folder = Path(tempfile.mkdtemp(prefix=SHORT_FOLDER))
        else:
            folder = self._sockets
            folder.mkdir(mode=0o700)  # never one that somebody else made meanwhile
        os.chown(folder, self._owner.uid, -1)
        return folder

    def _sweep(self, sockets: Path | None) -> None:
        """Clear away what is left of a server that is gone, or the next may refuse to start."""
        if self._process is not None:
            self._process.wait()
        folders = {self.home}
        if sockets and sockets.name.startswith(SHORT_FOLDER):
            folders.add(sockets)
        for folder in folders:
            for name in (SOCKET, f"{SOCKET}.lock"):
                (folder / name).unlink(missing_ok=True)
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        for folder in folders - {self.home}:
            with contextlib.suppress(OSError):
                folder.rmdir()
