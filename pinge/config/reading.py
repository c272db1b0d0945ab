"""Reading the settings from the environment: each is right, or named in one line."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from importlib.util import find_spec
from ipaddress import ip_network
from pathlib import Path
from typing import Any

from environs import Env, EnvError
from limits import RateLimitItem, parse
from marshmallow import ValidationError, validate

from pinge.config.limits import LIMITS
from pinge.config.settings import MAIL_FROM, PUSH_HOSTS, Network, Settings, SettingsError

SHORTEST_KEY = 32  # bytes: RFC 7518 section 3.2 asks of HS256 a key as long as its hash
LOWEST_COST_IN_PROD = 10

_HOST = r"(\[[\da-f:.]+\]|[\w.%-]*)(:\d+)?"
_ORIGIN = re.compile(rf"https?://(?=[^:]){_HOST}")
_NATS_HOST = r"(\[[\da-f:.]+\]|[\w.-]+):\d{1,5}"
_BUS = re.compile(rf"(local|postgres|nats://([^:@/]+(:[^@/]+)?@)?{_NATS_HOST}(,{_NATS_HOST})*)?")
_FILES = re.compile(r"(file:///.+|(s3|gs|az)://[\w.-]+(/.*)?)?")
_POSTGRESQL = re.compile(rf"(postgres(ql)?://([^/?]*@)?{_HOST}(,{_HOST})*([/?].*)?)?")
_SMTP = re.compile(rf"((smtp|starttls|smtps)://([^:@/]+(:[^@/]+)?@)?(?=[^:/]){_HOST}/?)?")
_ADDRESS = r"[^\s<>@]+@[\w.-]+"
_SENDER = re.compile(rf"({_ADDRESS}|[^<>@\r\n]+ <{_ADDRESS}>)?")
_HOST_PATTERN = re.compile(r"\*|(\*\.)?[\w-]+(\.[\w-]+)*")
# 32 bytes are 42 characters and a third; of all ones or zeros they are no key of P-256.
_PUSH_KEY = re.compile(r"((?!_{5}|A{43})[\w-]{42}[AEIMQUYcgkosw048]=?)?", re.ASCII)
_PUBLIC_URL = re.compile(rf"(https?://(?=[^:/]){_HOST}(/[\w./~-]*)?)?")


def default_home() -> Path:
    """Where data lives unless told: root's own home is closed to the database's account."""
    if os.geteuid() == 0:
        return Path("/var/lib/pinge")
    data = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(data) / "pinge"


def _networks(given: str) -> tuple[Network, ...]:
    try:
        return tuple(ip_network(part.strip()) for part in given.split(",") if part.strip())
    except ValueError as error:
        raise ValidationError(str(error)) from None


def _hosts(given: str) -> tuple[str, ...]:
    hosts = tuple(part.strip().lower() for part in given.split(",") if part.strip())
    for host in hosts:
        if not _HOST_PATTERN.fullmatch(host):
            raise ValidationError(f"{host} is not like push.example.org or *.example.org")
    return hosts


def _is_push_key(given: str) -> None:
    if not _PUSH_KEY.fullmatch(given):  # not shown
        raise ValidationError("this is no private key of P-256, 32 bytes in base64url")


def _origins(given: str) -> tuple[str, ...]:
    origins = tuple(part.strip().rstrip("/").lower() for part in given.split(",") if part.strip())
    for origin in origins:
        if not _ORIGIN.fullmatch(origin):
            raise ValidationError(f"{origin} is not an origin like https://chat.example.org")
    return origins


def _keys(given: str) -> tuple[str, ...]:
    keys = tuple(part.strip() for part in given.split(",") if part.strip())
    if any(len(key.encode()) < SHORTEST_KEY for key in keys):
        raise ValidationError(f"each key needs {SHORTEST_KEY} bytes or more")
    return keys


def _is_postgresql(given: str) -> None:
    if not _POSTGRESQL.fullmatch(given):  # not shown: there may be a password in it
        raise ValidationError("this is not like postgresql://user:password@host/database")


def _is_bus(given: str) -> None:
    ports = re.findall(r":(\d+)(?=,|$)", given)
    if not _BUS.fullmatch(given) or any(int(port) > 65535 for port in ports):
        # Not shown: there may be a password in it.
        raise ValidationError("this is not local, postgres or like nats://user:password@host:4222")
    if given.startswith("nats") and find_spec("nats") is None:
        raise ValidationError("this needs a library that is not here: install pinge[nats]")


def _is_files(given: str) -> None:
    if not _FILES.fullmatch(given):
        raise ValidationError("this is not like file:///srv/pinge, s3://bucket, gs:// or az://")


def _is_smtp(given: str) -> None:
    port = re.search(r":(\d+)/?$", given)
    if not _SMTP.fullmatch(given) or (port and not 0 < int(port[1]) <= 65535):
        # Not shown: there may be a password in it.
        raise ValidationError("this is not like smtp://user:password@mail.example.org:587")


def _is_sender(given: str) -> None:
    if not _SENDER.fullmatch(given):
        raise ValidationError(f"{given!r} is not like Pinge <pinge@example.org>")


def _is_public_url(given: str) -> None:
    if not _PUBLIC_URL.fullmatch(given):
        raise ValidationError(f"{given!r} is not like https://chat.example.org")


def _is_issuer(given: str) -> None:
    if not _PUBLIC_URL.fullmatch(given):
        raise ValidationError(f"{given!r} is not like https://login.example.org")


def _is_on(env: Env, name: str, default: str) -> bool:
    return env.str(name, default, validate=validate.OneOf(("on", "off"))) == "on"


def _limits(given: str) -> Mapping[str, RateLimitItem]:
    changed = {}
    for part in filter(None, map(str.strip, given.split(","))):
        name, _, rate = part.partition("=")
        if name.strip() not in LIMITS:
            raise ValidationError(f"there is no limit {name.strip()!r} among {', '.join(LIMITS)}")
        try:
            changed[name.strip()] = parse(rate.strip())
        except ValueError:
            raise ValidationError(f"{rate.strip()!r} is no rate like `20 per hour`") from None
    return {**LIMITS, **changed}


def from_environment() -> Settings:
    """The settings in the environment, and in a `.env` of this folder.

    Raises SettingsError with one line that names the setting.
    """
    env = Env()
    env.read_env(".env", recurse=False)
    env.add_parser("origins", _origins)
    env.add_parser("networks", _networks)
    env.add_parser("hosts", _hosts)
    env.add_parser("limits", _limits)
    env.add_parser("keys", _keys)
    try:
        settings = _read(env)
    except EnvError as error:
        raise SettingsError(str(error)) from None
    _refuse_careless(settings)
    return settings


def _read(env: Env) -> Settings:
    return Settings(
        home=Path(env.str("PINGE_HOME", "") or default_home()).absolute(),
        environment=env.str("PINGE_ENVIRONMENT", "dev", validate=validate.OneOf(("dev", "prod"))),
        **_neighbours(env),
        **_doors(env),
        **_rules(env),
        **_mail(env),
        **_provider(env),
    )


def _neighbours(env: Env) -> dict[str, Any]:
    """What Pinge works with."""
    binaries = env.str("PINGE_POSTGRES_BIN", "")
    return {
        "database_url": env.str("DATABASE_URL", "", validate=_is_postgresql) or None,
        "postgres_bin": Path(binaries) if binaries else None,
        "bus": env.str("PINGE_BUS", "", validate=_is_bus) or None,
        "files": env.str("PINGE_FILES", "", validate=_is_files) or None,
        "outbound_networks": env.networks("PINGE_OUTBOUND_NETWORKS", ""),
        "push_hosts": env.hosts("PINGE_PUSH_HOSTS", ",".join(PUSH_HOSTS)),
        "push_key": env.str("PINGE_PUSH_KEY", "", validate=_is_push_key).rstrip("=") or None,
    }


def _doors(env: Env) -> dict[str, Any]:
    """Where people come in, and by what they are known."""
    return {
        # An empty one would be every address of this machine.
        "host": env.str("PINGE_HOST", "127.0.0.1", validate=validate.Length(min=1)),
        "port": env.int("PINGE_PORT", 8000, validate=validate.Range(0, 65535)),
        "cors_origins": env.origins("PINGE_CORS_ORIGINS", ""),
        "trusted_proxies": env.networks("PINGE_TRUSTED_PROXIES", ""),
        "secret_key": env.str("PINGE_SECRET_KEY", None) or None,
        "encryption_keys": env.keys("PINGE_ENCRYPTION_KEY", ""),
        "token_days": env.int("PINGE_TOKEN_DAYS", 7, validate=validate.Range(1, 365)),
        "bcrypt_cost": env.int("PINGE_BCRYPT_COST", 12, validate=validate.Range(4, 16)),
    }


def _rules(env: Env) -> dict[str, Any]:
    """What people may, how much of it, and for how long."""
    hours, days = validate.Range(-1, 1_000_000), validate.Range(0, 36_500)
    who = validate.OneOf(("contacts", "everyone"))
    return {
        "direct_messages": env.str("PINGE_DIRECT_MESSAGES", "contacts", validate=who),
        "edit_hours": env.int("PINGE_EDIT_HOURS", 24, validate=hours),
        "delete_hours": env.int("PINGE_DELETE_HOURS", -1, validate=hours),
        "retention_days": env.int("PINGE_RETENTION_DAYS", 0, validate=days),
        "audit_days": env.int("PINGE_AUDIT_DAYS", 365, validate=validate.Range(1, 36_500)),
        "largest_file_mib": env.int(
            "PINGE_LARGEST_FILE_MIB", 25, validate=validate.Range(1, 10_000)
        ),
        "quota_mib": env.int("PINGE_QUOTA_MIB", 1024, validate=validate.Range(0, 2**30)),
        "rate_limits": _is_on(env, "PINGE_RATE_LIMITS", "on"),
        "limits": env.limits("PINGE_LIMITS", ""),
    }


def _mail(env: Env) -> dict[str, Any]:
    public_url = env.str("PINGE_PUBLIC_URL", "", validate=_is_public_url)
    return {
        "smtp_url": env.str("PINGE_SMTP_URL", "", validate=_is_smtp) or None,
        "mail_from": env.str("PINGE_MAIL_FROM", "", validate=_is_sender) or MAIL_FROM,
        "public_url": public_url.rstrip("/") or None,
        "require_verified_email": _is_on(env, "PINGE_REQUIRE_VERIFIED_EMAIL", "off"),
        "new_device_mail": _is_on(env, "PINGE_NEW_DEVICE_MAIL", "on"),
    }


def _provider(env: Env) -> dict[str, Any]:
    """Who else may say who somebody is (OpenID Connect)."""
    return {
        "oidc_issuer": env.str("PINGE_OIDC_ISSUER", "", validate=_is_issuer) or None,
        "oidc_client_id": env.str("PINGE_OIDC_CLIENT_ID", "") or None,
        "oidc_client_secret": env.str("PINGE_OIDC_CLIENT_SECRET", "") or None,
    }


def _refuse_careless(settings: Settings) -> None:
    key = settings.secret_key
    if key is not None and len(key.encode()) < SHORTEST_KEY:
        raise SettingsError(f"PINGE_SECRET_KEY is shorter than {SHORTEST_KEY} bytes")
    if settings.in_prod and settings.bcrypt_cost < LOWEST_COST_IN_PROD:
        raise SettingsError(f"PINGE_BCRYPT_COST is under {LOWEST_COST_IN_PROD}: refused in prod")
    if settings.in_prod and settings.smtp_url:
        if settings.public_url is None:
            raise SettingsError("PINGE_SMTP_URL needs PINGE_PUBLIC_URL in prod: links lead there")
        if settings.mail_from == MAIL_FROM:
            raise SettingsError("PINGE_SMTP_URL needs PINGE_MAIL_FROM in prod")
    if settings.in_prod and settings.require_verified_email and not settings.smtp_url:
        raise SettingsError("PINGE_REQUIRE_VERIFIED_EMAIL needs PINGE_SMTP_URL in prod")
    oidc = (settings.oidc_issuer, settings.oidc_client_id, settings.oidc_client_secret)
    if any(oidc) and not all(oidc):
        names = "PINGE_OIDC_ISSUER, PINGE_OIDC_CLIENT_ID and PINGE_OIDC_CLIENT_SECRET"
        raise SettingsError(f"{names} go together")
    if settings.in_prod and settings.oidc_issuer and settings.public_url is None:
        raise SettingsError("PINGE_OIDC_ISSUER needs PINGE_PUBLIC_URL in prod: it sends back there")
