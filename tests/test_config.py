"""Settings: what each takes, what it refuses, and the key that is made once."""

from __future__ import annotations

import os
import re
from ipaddress import ip_network
from pathlib import Path

import pytest
from click.testing import CliRunner
from limits import parse

from pinge import config
from pinge.__main__ import main
from pinge.config import DESCRIBED, LIMITS, Settings, SettingsError, from_environment

KEY = "k" * 32
AS_GIVEN = object()


@pytest.fixture(autouse=True)
def environment(monkeypatch, tmp_path):
    """An environment without any setting, in a folder without any file."""
    for name in DESCRIBED:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PINGE_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    return monkeypatch


def test_a_home_may_be_given_from_here(environment, tmp_path):
    environment.setenv("PINGE_HOME", "here")

    assert from_environment().home == tmp_path / "here"


def test_without_settings_pinge_runs_for_a_developer(environment):
    environment.delenv("PINGE_HOME")

    settings = from_environment()

    assert settings == Settings(home=config.default_home())
    assert settings.home.is_absolute()
    assert (settings.host, settings.port, settings.environment) == ("127.0.0.1", 8000, "dev")
    assert (settings.rate_limits, settings.direct_messages) == (True, "contacts")
    assert (settings.token_days, settings.bcrypt_cost) == (7, 12)
    assert (settings.edit_hours, settings.delete_hours) == (24, -1)
    assert (settings.cors_origins, settings.trusted_proxies) == ((), ())
    assert (settings.database_url, settings.secret_key, settings.postgres_bin) == (None,) * 3
    assert settings.bus is None


@pytest.mark.parametrize(
    ("name", "given", "field", "kept"),
    [
        ("DATABASE_URL", "postgresql://u:p@h:1/d", "database_url", "postgresql://u:p@h:1/d"),
        ("DATABASE_URL", "postgres:///d?host=/tmp", "database_url", "postgres:///d?host=/tmp"),
        ("DATABASE_URL", "postgresql://[::1]:5432,h/d", "database_url", AS_GIVEN),
        ("DATABASE_URL", "postgresql://u:p%40@%2Ftmp/d", "database_url", AS_GIVEN),
        ("DATABASE_URL", "", "database_url", None),
        ("PINGE_HOME", "", "home", config.default_home()),
        ("PINGE_POSTGRES_BIN", "", "postgres_bin", None),
        ("PINGE_HOME", "/srv/pinge", "home", Path("/srv/pinge")),
        ("PINGE_BUS", "", "bus", None),
        ("PINGE_BUS", "local", "bus", AS_GIVEN),
        ("PINGE_BUS", "postgres", "bus", AS_GIVEN),
        ("PINGE_BUS", "nats://127.0.0.1:4222", "bus", AS_GIVEN),
        ("PINGE_BUS", "nats://u:p%40:%2F@one:1,[::1]:65535,two.example:3", "bus", AS_GIVEN),
        ("PINGE_BUS", "nats://token@one:4222", "bus", AS_GIVEN),
        ("PINGE_FILES", "", "files", None),
        ("PINGE_FILES", "file:///srv/pinge", "files", AS_GIVEN),
        ("PINGE_FILES", "s3://bucket", "files", AS_GIVEN),
        ("PINGE_FILES", "gs://bucket.example/a/b", "files", AS_GIVEN),
        ("PINGE_FILES", "az://container", "files", AS_GIVEN),
        ("PINGE_LARGEST_FILE_MIB", "1", "largest_file_mib", 1),
        ("PINGE_QUOTA_MIB", "0", "quota_mib", 0),
        ("PINGE_HOST", "0.0.0.0", "host", "0.0.0.0"),
        ("PINGE_PORT", "0", "port", 0),
        ("PINGE_PORT", "65535", "port", 65535),
        ("PINGE_ENVIRONMENT", "prod", "environment", "prod"),
        ("PINGE_SECRET_KEY", KEY, "secret_key", KEY),
        ("PINGE_SECRET_KEY", "ж" * 16, "secret_key", "ж" * 16),
        ("PINGE_SECRET_KEY", "", "secret_key", None),
        ("PINGE_ENCRYPTION_KEY", f"{KEY}, {KEY}2", "encryption_keys", (KEY, f"{KEY}2")),
        ("PINGE_TOKEN_DAYS", "365", "token_days", 365),
        (
            "PINGE_CORS_ORIGINS",
            "https://A.example, http://b.example:3000/ ,",
            "cors_origins",
            ("https://a.example", "http://b.example:3000"),
        ),
        ("PINGE_RATE_LIMITS", "on", "rate_limits", True),
        ("PINGE_RATE_LIMITS", "off", "rate_limits", False),
        ("PINGE_LIMITS", "", "limits", LIMITS),
        (
            "PINGE_LIMITS",
            "register=9 per hour, messages = 3 per second",
            "limits",
            {**LIMITS, "register": parse("9 per hour"), "messages": parse("3 per second")},
        ),
        (
            "PINGE_TRUSTED_PROXIES",
            "10.0.0.0/8, 127.0.0.1,::1",
            "trusted_proxies",
            tuple(map(ip_network, ("10.0.0.0/8", "127.0.0.1/32", "::1/128"))),
        ),
        (
            "PINGE_OUTBOUND_NETWORKS",
            "10.1.0.0/16",
            "outbound_networks",
            (ip_network("10.1.0.0/16"),),
        ),
        ("PINGE_PUSH_HOSTS", "", "push_hosts", ()),
        (
            "PINGE_PUSH_HOSTS",
            "a.example, *.B.example,*",
            "push_hosts",
            ("a.example", "*.b.example", "*"),
        ),
        ("PINGE_PUSH_KEY", "A" * 42 + "E=", "push_key", "A" * 42 + "E"),
        ("PINGE_DIRECT_MESSAGES", "everyone", "direct_messages", "everyone"),
        ("PINGE_EDIT_HOURS", "-1", "edit_hours", -1),
        ("PINGE_DELETE_HOURS", "0", "delete_hours", 0),
        ("PINGE_BCRYPT_COST", "4", "bcrypt_cost", 4),
        ("PINGE_BCRYPT_COST", "16", "bcrypt_cost", 16),
        ("PINGE_POSTGRES_BIN", "/usr/bin", "postgres_bin", Path("/usr/bin")),
        ("PINGE_SMTP_URL", "", "smtp_url", None),
        ("PINGE_SMTP_URL", "smtp://mail.example", "smtp_url", AS_GIVEN),
        ("PINGE_SMTP_URL", "smtps://u%40h.example:p%2F@[::1]:465", "smtp_url", AS_GIVEN),
        ("PINGE_SMTP_URL", "starttls://token@mail.example:25/", "smtp_url", AS_GIVEN),
        ("PINGE_MAIL_FROM", "", "mail_from", "Pinge <pinge@localhost>"),
        ("PINGE_MAIL_FROM", "Our Pinge <p@mail.example>", "mail_from", AS_GIVEN),
        ("PINGE_MAIL_FROM", "p@mail.example", "mail_from", AS_GIVEN),
        ("PINGE_PUBLIC_URL", "", "public_url", None),
        (
            "PINGE_PUBLIC_URL",
            "https://a.example:81/chat/",
            "public_url",
            "https://a.example:81/chat",
        ),
        ("PINGE_REQUIRE_VERIFIED_EMAIL", "on", "require_verified_email", True),
        ("PINGE_NEW_DEVICE_MAIL", "off", "new_device_mail", False),
    ],
)
def test_a_setting_takes_what_it_is_for(environment, name, given, field, kept):
    environment.setenv(name, given)

    assert getattr(from_environment(), field) == (given if kept is AS_GIVEN else kept)


WRONG = [
    *(("PINGE_PORT", value) for value in ("x", "", "-1", "65536", "80.5", "9" * 5000)),
    *(("PINGE_ENVIRONMENT", value) for value in ("", "production", "DEV")),
    *(("PINGE_SECRET_KEY", value) for value in ("short", "k" * 31)),
    ("PINGE_ENCRYPTION_KEY", f"{KEY},short"),
    *(("PINGE_TOKEN_DAYS", value) for value in ("0", "-7", "366", "week", "1.5")),
    *(("PINGE_CORS_ORIGINS", value) for value in ("*", "chat.example", "https://a.example/x")),
    *(("PINGE_CORS_ORIGINS", value) for value in ("ftp://a.example", "https://", "http://[")),
    *(("PINGE_RATE_LIMITS", value) for value in ("", "yes", "ON", "0")),
    *(("PINGE_LIMITS", value) for value in ("register", "register=often", "sleep=1 per day")),
    *(
        ("PINGE_TRUSTED_PROXIES", value)
        for value in ("x", "10.0.0.1/8", "300.1.1.1", "10.0.0.0/33")
    ),
    *(("PINGE_DIRECT_MESSAGES", value) for value in ("", "nobody", "Contacts")),
    *(("PINGE_EDIT_HOURS", value) for value in ("-2", "1.5", "day", "")),
    *(("PINGE_DELETE_HOURS", value) for value in ("-2", "1000001")),
    *(("PINGE_BCRYPT_COST", value) for value in ("3", "17", "x", "12.0")),
    *(("DATABASE_URL", value) for value in ("mysql://h/d", "h:5432/d", "x", "postgresql:")),
    *(("DATABASE_URL", value) for value in ("postgresql://u:pa/ss@h/d", "postgres://u@h:port/d")),
    ("PINGE_HOST", ""),
    ("PINGE_OUTBOUND_NETWORKS", "10.1.0.1/16"),
    *(("PINGE_PUSH_HOSTS", value) for value in ("https://a.example", "a.example/x", "a*.example")),
    *(("PINGE_PUSH_KEY", value) for value in ("x", "A" * 43, "_" * 42 + "8", "A" * 42 + "B")),
    *(("PINGE_LARGEST_FILE_MIB", value) for value in ("0", "25.5", "10001", "x")),
    *(("PINGE_QUOTA_MIB", value) for value in ("-1", "1 GiB")),
    *(("PINGE_FILES", value) for value in ("files", "/srv/files", "file://srv", "http://h/b")),
    *(("PINGE_FILES", value) for value in ("s3://", "s3:bucket", "memory:///", "S3://bucket")),
    *(
        ("PINGE_SMTP_URL", value)
        for value in ("mail.example", "smtp://", "smtp://h:x", "smtp://h:0")
    ),
    *(("PINGE_SMTP_URL", value) for value in ("smtp://u:p@ss@h", "imap://h", "smtp://h:65536")),
    *(("PINGE_MAIL_FROM", value) for value in ("pinge", "a@b, c@d", "Pinge <pinge>", "x\n <a@b>")),
    *(("PINGE_PUBLIC_URL", value) for value in ("chat.example", "https://a.example/?x", "ftp://a")),
    *(("PINGE_REQUIRE_VERIFIED_EMAIL", value) for value in ("", "yes")),
    *(("PINGE_OIDC_ISSUER", value) for value in ("x", "https://a.example/?x", "https://a.example")),
    ("PINGE_OIDC_CLIENT_ID", "pinge"),
    ("PINGE_OIDC_CLIENT_SECRET", "secret"),
    *(("PINGE_BUS", value) for value in ("redis", "Local", "postgresql://h/d", "nats://")),
    *(("PINGE_BUS", value) for value in ("nats://h", "nats://h:x", "nats://h:65536", "nats://:1")),
    *(
        ("PINGE_BUS", value)
        for value in ("nats://h:1/x", "nats://h:1,", "nats://@h:1", "tls://h:1")
    ),
]


@pytest.mark.parametrize(("name", "given"), WRONG)
def test_a_wrong_value_is_refused_in_one_line_that_names_the_setting(environment, name, given):
    environment.setenv(name, given)

    with pytest.raises(SettingsError, match=name) as refused:
        from_environment()

    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("command", [["serve"], ["migrate"], ["migrate", "--status"]])
@pytest.mark.parametrize(("name", "given"), [WRONG[0], WRONG[9], ("PINGE_HOST", "")])
def test_no_command_starts_with_a_wrong_value(environment, command, name, given):
    environment.setenv(name, given)

    ran = CliRunner().invoke(main, command)

    assert ran.exit_code == 1
    assert re.fullmatch(rf"Error: .*{name}.*\n", ran.output)


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("DATABASE_URL", "postgresql://u@127.0.0.1:1/d"),
        ("DATABASE_URL", "postgresql://u@host.invalid/d"),
        ("PINGE_POSTGRES_BIN", "/nowhere"),
        ("PINGE_HOME", "/dev/null/x"),
    ],
)
def test_what_turns_out_wrong_later_is_told_in_one_line_too(environment, name, given):
    environment.setenv(name, given)

    ran = CliRunner().invoke(main, ["serve"])

    assert ran.exit_code == 1
    assert re.fullmatch(r"Error: .+\n", ran.output), ran.output


def test_a_secret_is_not_told_when_it_is_refused(environment):
    environment.setenv("PINGE_SECRET_KEY", "not long enough")
    environment.setenv("DATABASE_URL", "mysql://u:hush@h/d")

    ran = CliRunner().invoke(main, ["serve"])
    environment.delenv("PINGE_SECRET_KEY")
    then = CliRunner().invoke(main, ["serve"])
    environment.delenv("DATABASE_URL")
    environment.setenv("PINGE_BUS", "nats://u:hush@h")
    at_last = CliRunner().invoke(main, ["serve"])

    assert "not long enough" not in ran.output
    assert "hush" not in then.output
    assert "PINGE_BUS" in at_last.output
    assert "hush" not in at_last.output


def test_secrets_are_no_part_of_how_settings_print():
    urls = {"database_url": "postgresql://u:pass@h/d", "bus": "nats://u:pass@h:1"}
    urls |= {"smtp_url": "smtp://u:pass@h"}
    shown = repr(Settings(home=Path(), secret_key=KEY, **urls))

    assert KEY not in shown
    assert "pass@" not in shown


def test_in_prod_mail_needs_to_know_where_links_lead_and_who_it_is_from(environment):
    environment.setenv("PINGE_SMTP_URL", "smtp://mail.example")
    assert from_environment().public_url is None

    environment.setenv("PINGE_ENVIRONMENT", "prod")
    for name, value in (
        ("PINGE_PUBLIC_URL", "https://chat.example"),
        ("PINGE_MAIL_FROM", "pinge@chat.example"),
    ):
        with pytest.raises(SettingsError, match=name):
            from_environment()
        environment.setenv(name, value)

    assert from_environment().smtp_url == "smtp://mail.example"


def test_in_prod_addresses_cannot_be_verified_without_a_mail_server(environment):
    environment.setenv("PINGE_REQUIRE_VERIFIED_EMAIL", "on")
    assert from_environment().require_verified_email

    environment.setenv("PINGE_ENVIRONMENT", "prod")
    with pytest.raises(SettingsError, match="PINGE_REQUIRE_VERIFIED_EMAIL needs PINGE_SMTP_URL"):
        from_environment()


def test_a_provider_is_named_with_all_that_it_takes(environment):
    provider = ("https://login.example/team/", "pinge", "a secret")
    for name, value in zip(("ISSUER", "CLIENT_ID", "CLIENT_SECRET"), provider, strict=True):
        environment.setenv(f"PINGE_OIDC_{name}", value)

    settings = from_environment()
    assert settings.oidc_issuer == provider[0]  # with the slash: it is a name, held to the letter
    assert "a secret" not in repr(settings)

    environment.setenv("PINGE_ENVIRONMENT", "prod")
    with pytest.raises(SettingsError, match="PINGE_OIDC_ISSUER needs PINGE_PUBLIC_URL"):
        from_environment()


def test_cheap_passwords_are_for_developers(environment):
    environment.setenv("PINGE_BCRYPT_COST", "9")
    assert from_environment().bcrypt_cost == 9

    environment.setenv("PINGE_ENVIRONMENT", "prod")
    with pytest.raises(SettingsError, match="PINGE_BCRYPT_COST"):
        from_environment()

    environment.setenv("PINGE_BCRYPT_COST", "10")
    assert from_environment().bcrypt_cost == 10


def test_a_file_gives_what_the_environment_does_not(environment, tmp_path):
    (tmp_path / ".env").write_text("PINGE_PORT=8001\nPINGE_TOKEN_DAYS=3\n# PINGE_HOST=::\n")
    environment.setenv("PINGE_PORT", "8002")
    try:
        settings = from_environment()
    finally:
        os.environ.pop("PINGE_TOKEN_DAYS", None)

    assert (settings.port, settings.token_days, settings.host) == (8002, 3, "127.0.0.1")


def test_help_lists_every_setting():
    shown = CliRunner().invoke(main, ["serve", "--help"]).output

    assert [name for name in DESCRIBED if name not in shown] == []


def test_the_example_file_lists_every_setting():
    example = (Path(config.__file__).parents[2] / ".env.example").read_text()

    assert set(re.findall(r"^# ([A-Z_]+)=", example, re.MULTILINE)) == set(DESCRIBED)
