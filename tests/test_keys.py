"""Keys are made once, kept from others, and long enough."""

from __future__ import annotations

import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from pinge.config import Settings, SettingsError
from pinge.keys import sealing_keys, signing_key
from tests.people import Pinge

KEY = "k" * 32


def test_the_key_is_made_once_and_kept_from_others(tmp_path):
    settings = Settings(home=tmp_path / "new" / "home")

    key = signing_key(settings)

    assert len(key.encode()) >= 32
    assert signing_key(settings) == key
    kept = settings.home / "secret_key"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert [file.name for file in settings.home.iterdir()] == ["secret_key"]


def test_two_homes_have_two_keys(tmp_path):
    assert signing_key(Settings(home=tmp_path / "a")) != signing_key(Settings(home=tmp_path / "b"))


def test_first_starts_at_once_agree_on_one_key(tmp_path):
    program = "import sys; from pathlib import Path; from pinge.keys import *;"
    program += "print(signing_key(Settings(home=Path(sys.argv[1]))))"

    def start(_):
        return subprocess.check_output([sys.executable, "-c", program, tmp_path / "home"])

    with ThreadPoolExecutor(4) as starts:
        assert len(set(starts.map(start, range(4)))) == 1


def test_a_key_that_is_set_is_used_and_not_kept(tmp_path):
    assert signing_key(Settings(home=tmp_path, secret_key=KEY)) == KEY
    assert list(tmp_path.iterdir()) == []


def test_a_kept_key_that_is_too_short_is_refused(tmp_path):
    (tmp_path / "secret_key").write_text("short\n")

    with pytest.raises(SettingsError, match="secret_key"):
        signing_key(Settings(home=tmp_path))


async def test_logins_outlive_a_restart_and_end_with_another_key(settings, database):
    async with Pinge.running(settings, database) as before:
        ann = await before.person("ann")
    for changed, status in ((settings, 200), (replace(settings, secret_key=KEY), 401)):
        async with Pinge.running(changed, database) as after:
            ann.pinge = after
            assert (await ann.get("/authentication/me")).status == status


async def test_a_login_lasts_as_many_days_as_is_set(settings, database, db):
    async with Pinge.running(replace(settings, token_days=30), database) as pinge:
        await pinge.person("ann")

    lasts = await db.fetchval("SELECT extract(days FROM expires_at - created_at) FROM sessions")
    assert round(lasts) in (29, 30)


def test_what_is_sealed_has_a_key_of_its_own(tmp_path):
    settings = Settings(home=tmp_path)

    assert len(sealing_keys(settings)) == 1
    assert sealing_keys(settings) == sealing_keys(settings)
    assert sealing_keys(settings) != (signing_key(settings),)
