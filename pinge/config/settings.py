"""What can be set, and what it is when it is not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path

from aiohttp import web
from limits import RateLimitItem

from pinge.config.limits import LIMITS

MAIL_FROM = "Pinge <pinge@localhost>"
# Of Chrome, Firefox, Safari and Edge, and of those who use the same.
PUSH_HOSTS = (
    "fcm.googleapis.com",
    "*.push.services.mozilla.com",
    "*.push.apple.com",
    "*.notify.windows.com",
)

Network = IPv4Network | IPv6Network


class SettingsError(Exception):
    """A setting has a value Pinge cannot run with."""


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
