"""Settings, read once from the environment by the `pinge` command and passed down."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any

from aiohttp import web
from environs import Env, EnvError
from limits import RateLimitItem, parse
from marshmallow import ValidationError, validate

SHORTEST_KEY = 32  # bytes: RFC 7518 section 3.2 asks of HS256 a key as long as its hash
LOWEST_COST_IN_PROD = 10
MAIL_FROM = "Pinge <pinge@localhost>"
# Of Chrome, Firefox, Safari and Edge, and of those who use the same.
PUSH_HOSTS = (
    "fcm.googleapis.com",
    "*.push.services.mozilla.com",
    "*.push.apple.com",
    "*.notify.windows.com",
)

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

Network = IPv4Network | IPv6Network


class SettingsError(Exception):
    """A setting has a value Pinge cannot run with."""


# How often one person or one address may do a thing, in the words of the `limits` library; the
# figures are those of reliability.md (b). PINGE_LIMITS changes any of them.
LIMITS: Mapping[str, RateLimitItem] = {
    "login-account": parse("5 per 15 minutes"),  # failures, after which even the right one waits
    "login-address": parse("20 per 15 minutes"),
    "register": parse("5 per hour"),
    "contact-requests": parse("20 per hour"),
    "blocks": parse("60 per hour"),
    "reports": parse("20 per day"),
    "groups": parse("10 per hour"),
    "invites": parse("30 per hour"),
    "joins": parse("60 per hour"),  # and looks at where an invitation leads
    "exports": parse("2 per day"),
    "login-ways": parse("30 per hour"),  # each is told by mail
    "oidc": parse("60 per minute"),  # from an address: each asks the provider
    "passkey-challenges": parse("60 per minute"),  # each is a row, and anybody may ask
    "tokens": parse("20 per hour"),
    "bots": parse("20 per hour"),
    "webhooks": parse("30 per hour"),
    "webhook-messages": parse("60 per minute"),  # to one address, whoever knows it
    "profiles": parse("20 per hour"),  # each is told in every conversation
    "avatars": parse("20 per hour"),  # each is a second of a core
    "uploads": parse("60 per minute"),
    "syncs": parse("120 per minute"),  # a storm is many people, not one who comes again and again
    "mail": parse("2 per hour"),  # to an address, of each kind
    "mail-daily": parse("5 per day"),
    "mail-requests": parse("5 per day"),  # from an address of the network, or from a user
    "typing": parse("20 per 10 seconds"),
    "presence": parse("60 per minute"),
    "settings": parse("30 per minute"),  # each change is told, to many where receipts are turned
    "message-search": parse("60 per minute"),
    "push": parse("30 per hour"),  # subscriptions, and pushes to try them
    "people-search": parse("10 per minute"),  # for whom one looks for, not for all there are
    "deletions": parse("60 per hour"),  # in large groups: each writes to all who have it unread
    "reactions": parse("20 per 4 seconds"),
    "group-reactions": parse("100 per 10 seconds"),  # to a large group: each is told to all in it
    "drafts": parse("60 per minute"),
    "scheduling": parse("60 per minute"),
    "forwards": parse("10 per minute"),  # each is up to 250 messages
    "messages": parse("20 per 4 seconds"),  # five a second in the long run, twenty at once
}


@dataclass(frozen=True, slots=True)
class Settings:
    """How this Pinge runs. `DESCRIBED` says what each setting means."""

    home: Path
    database_url: str | None = field(default=None, repr=False)
    bus: str | None = field(default=None, repr=False)
    files: str | None = None
    largest_file_mib: int = 25
    quota_mib: int = 1024
    host: str = "127.0.0.1"
    port: int = 8000
    environment: str = "dev"
    secret_key: str | None = field(default=None, repr=False)
    encryption_keys: tuple[str, ...] = field(default=(), repr=False)
    token_days: int = 7
    cors_origins: tuple[str, ...] = ()
    rate_limits: bool = True
    limits: Mapping[str, RateLimitItem] = field(default_factory=lambda: LIMITS)
    trusted_proxies: tuple[Network, ...] = ()
    outbound_networks: tuple[Network, ...] = ()
    push_hosts: tuple[str, ...] = PUSH_HOSTS
    push_key: str | None = field(default=None, repr=False)
    direct_messages: str = "contacts"
    edit_hours: int = 24
    delete_hours: int = -1
    retention_days: int = 0
    audit_days: int = 365
    bcrypt_cost: int = 12
    postgres_bin: Path | None = None
    smtp_url: str | None = field(default=None, repr=False)
    mail_from: str = MAIL_FROM
    public_url: str | None = None
    require_verified_email: bool = False
    new_device_mail: bool = True
    oidc_issuer: str | None = None
    oidc_client_id: str | None = None
    oidc_client_secret: str | None = field(default=None, repr=False)

    @property
    def base_url(self) -> str:
        """Where people reach this Pinge, without a slash at the end."""
        return self.public_url or f"http://localhost:{self.port}"

    @property
    def in_prod(self) -> bool:
        """Whether strangers may be about: docs are off, and careless settings are refused."""
        return self.environment == "prod"


SETTINGS = web.AppKey("SETTINGS", Settings)

DESCRIBED = {
    "DATABASE_URL": "PostgreSQL to use, postgresql://...; none: an embedded one",
    "PINGE_HOME": "data folder: keys, embedded cluster, files",
    "PINGE_BUS": "how processes tell each other: local, postgres or nats://host:port (local)",
    "PINGE_FILES": "where files are kept: file:///folder, s3://bucket, gs://, az:// (in the home)",
    "PINGE_LARGEST_FILE_MIB": "MiB that one attachment may have (25)",
    "PINGE_QUOTA_MIB": "MiB that all attachments of one user may take (1024)",
    "PINGE_HOST": "address to listen on (127.0.0.1)",
    "PINGE_PORT": "port to listen on (8000)",
    "PINGE_ENVIRONMENT": "dev or prod (dev)",
    "PINGE_SECRET_KEY": "key that signs tokens, 32 bytes or more; none: made once and kept",
    "PINGE_ENCRYPTION_KEY": "key that seals secrets in the database; a new one goes before the old",
    "PINGE_TOKEN_DAYS": "days a login lasts (7)",
    "PINGE_CORS_ORIGINS": "web origins that may call, comma-separated (none but our own)",
    "PINGE_RATE_LIMITS": "on or off (on)",
    "PINGE_LIMITS": "limits that differ, like `register=20 per hour, messages=9 per second`",
    "PINGE_TRUSTED_PROXIES": "networks whose X-Forwarded-For is believed, comma-separated (none)",
    "PINGE_OUTBOUND_NETWORKS": "networks inside that push and webhooks may reach (none)",
    "PINGE_PUSH_HOSTS": "push services to send to; *: all, empty: no push (those of browsers)",
    "PINGE_PUSH_KEY": "key that signs pushes, 32 bytes in base64url; none: made once and kept",
    "PINGE_DIRECT_MESSAGES": "who may write to whom: contacts or everyone (contacts)",
    "PINGE_EDIT_HOURS": "hours a message can be edited, -1 for ever (24)",
    "PINGE_DELETE_HOURS": "hours its sender can delete it for everyone, -1 for ever (-1)",
    "PINGE_RETENTION_DAYS": "days after which messages are deleted, 0 never (0)",
    "PINGE_AUDIT_DAYS": "days that security events are kept (365)",
    "PINGE_BCRYPT_COST": "work of a password hash, 4 to 16 (12); under 10 is refused in prod",
    "PINGE_POSTGRES_BIN": "folder with the binaries of the embedded PostgreSQL (found)",
    "PINGE_SMTP_URL": "mail server, smtp(s)://user:password@host:587; none: files, in prod no mail",
    "PINGE_MAIL_FROM": "who mail is from, `Pinge <pinge@example.org>`; needed in prod to send any",
    "PINGE_PUBLIC_URL": "where people reach this Pinge, for links; needed in prod to send mail",
    "PINGE_REQUIRE_VERIFIED_EMAIL": "on: nobody logs in before their address is proved (off)",
    "PINGE_NEW_DEVICE_MAIL": "on or off: whether a login on a new device is told by mail (on)",
    "PINGE_OIDC_ISSUER": "OpenID provider people may log in by, as it calls itself (none)",
    "PINGE_OIDC_CLIENT_ID": "what Pinge is called there",
    "PINGE_OIDC_CLIENT_SECRET": "what Pinge proves that by",
}


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
    one_of, hours = validate.OneOf, validate.Range(-1, 1_000_000)
    binaries = env.str("PINGE_POSTGRES_BIN", "")
    return Settings(
        home=Path(env.str("PINGE_HOME", "") or default_home()).absolute(),
        database_url=env.str("DATABASE_URL", "", validate=_is_postgresql) or None,
        bus=env.str("PINGE_BUS", "", validate=_is_bus) or None,
        files=env.str("PINGE_FILES", "", validate=_is_files) or None,
        largest_file_mib=env.int("PINGE_LARGEST_FILE_MIB", 25, validate=validate.Range(1, 10_000)),
        quota_mib=env.int("PINGE_QUOTA_MIB", 1024, validate=validate.Range(0, 2**30)),
        # An empty one would be every address of this machine.
        host=env.str("PINGE_HOST", "127.0.0.1", validate=validate.Length(min=1)),
        port=env.int("PINGE_PORT", 8000, validate=validate.Range(0, 65535)),
        environment=env.str("PINGE_ENVIRONMENT", "dev", validate=one_of(("dev", "prod"))),
        secret_key=env.str("PINGE_SECRET_KEY", None) or None,
        encryption_keys=env.keys("PINGE_ENCRYPTION_KEY", ""),
        token_days=env.int("PINGE_TOKEN_DAYS", 7, validate=validate.Range(1, 365)),
        cors_origins=env.origins("PINGE_CORS_ORIGINS", ""),
        rate_limits=_is_on(env, "PINGE_RATE_LIMITS", "on"),
        limits=env.limits("PINGE_LIMITS", ""),
        trusted_proxies=env.networks("PINGE_TRUSTED_PROXIES", ""),
        outbound_networks=env.networks("PINGE_OUTBOUND_NETWORKS", ""),
        push_hosts=env.hosts("PINGE_PUSH_HOSTS", ",".join(PUSH_HOSTS)),
        push_key=env.str("PINGE_PUSH_KEY", "", validate=_is_push_key).rstrip("=") or None,
        direct_messages=env.str(
            "PINGE_DIRECT_MESSAGES", "contacts", validate=one_of(("contacts", "everyone"))
        ),
        edit_hours=env.int("PINGE_EDIT_HOURS", 24, validate=hours),
        delete_hours=env.int("PINGE_DELETE_HOURS", -1, validate=hours),
        retention_days=env.int("PINGE_RETENTION_DAYS", 0, validate=validate.Range(0, 36_500)),
        audit_days=env.int("PINGE_AUDIT_DAYS", 365, validate=validate.Range(1, 36_500)),
        bcrypt_cost=env.int("PINGE_BCRYPT_COST", 12, validate=validate.Range(4, 16)),
        postgres_bin=Path(binaries) if binaries else None,
        **_outside(env),
    )


def _outside(env: Env) -> dict[str, Any]:
    """What Pinge has to do with other servers, and those with it."""
    return {
        "trusted_proxies": env.networks("PINGE_TRUSTED_PROXIES", ""),
        "outbound_networks": env.networks("PINGE_OUTBOUND_NETWORKS", ""),
        "push_hosts": env.hosts("PINGE_PUSH_HOSTS", ",".join(PUSH_HOSTS)),
        "push_key": env.str("PINGE_PUSH_KEY", "", validate=_is_push_key).rstrip("=") or None,
        "smtp_url": env.str("PINGE_SMTP_URL", "", validate=_is_smtp) or None,
        "mail_from": env.str("PINGE_MAIL_FROM", "", validate=_is_sender) or MAIL_FROM,
        "public_url": env.str("PINGE_PUBLIC_URL", "", validate=_is_public_url).rstrip("/") or None,
        "require_verified_email": _is_on(env, "PINGE_REQUIRE_VERIFIED_EMAIL", "off"),
        "new_device_mail": _is_on(env, "PINGE_NEW_DEVICE_MAIL", "on"),
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
