"""The two ceremonies of WebAuthn, by py_webauthn: making a passkey, and using one.

Whatever is wrong with what a browser, or somebody else, sends is WrongProof: which check of many
failed is no use to an honest client, and of some to others.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import webauthn
from aiohttp import web
from webauthn.authentication.verify_authentication_response import VerifiedAuthentication
from webauthn.helpers import (
    base64url_to_bytes,
    options_to_json_dict,
    parse_client_data_json,
)
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)
from webauthn.registration.verify_registration_response import VerifiedRegistration

from pinge.config import SETTINGS
from pinge.errors import WrongProof

LIFETIME = 5 * 60  # seconds that a challenge is good for
LONGEST_ID = 1023  # bytes: WebAuthn Level 3, section 7.1; an index could not hold any length
# Found by the authenticator without a name being typed, and used by its owner alone.
WANTED = AuthenticatorSelectionCriteria(
    resident_key=ResidentKeyRequirement.REQUIRED,
    user_verification=UserVerificationRequirement.REQUIRED,
)

Credential = Mapping[str, Any]


def options_to_make(
    app: web.Application, challenge: bytes, user_id: UUID, email: str, have: list[bytes]
) -> dict[str, Any]:
    """For `navigator.credentials.create`; `have` are those that are not to be made twice."""
    options = webauthn.generate_registration_options(
        rp_id=_server(app),
        rp_name="Pinge",
        user_id=user_id.bytes,
        user_name=email,
        challenge=challenge,
        timeout=LIFETIME * 1000,
        authenticator_selection=WANTED,
        exclude_credentials=[PublicKeyCredentialDescriptor(id=one) for one in have],
    )
    return options_to_json_dict(options)


def options_to_use(app: web.Application, challenge: bytes) -> dict[str, Any]:
    """For `navigator.credentials.get`; the same for everybody, so that it tells of nobody."""
    options = webauthn.generate_authentication_options(
        rp_id=_server(app),
        challenge=challenge,
        timeout=LIFETIME * 1000,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json_dict(options)


def challenge_in(credential: Credential) -> bytes:
    """What was signed, as the browser tells it; WrongProof where it tells none."""
    try:
        told = base64url_to_bytes(credential["response"]["clientDataJSON"])
        return parse_client_data_json(told).challenge
    except Exception as error:
        raise WrongProof from error


def made(app: web.Application, credential: Credential, challenge: bytes) -> VerifiedRegistration:
    """The passkey that was made; WrongProof unless all of it fits."""
    try:
        passkey = webauthn.verify_registration_response(
            credential=dict(credential),
            expected_challenge=challenge,
            expected_rp_id=_server(app),
            expected_origin=_origins(app),
            require_user_verification=True,
        )
    # CBOR, X.509 and keys of any kind, from a stranger: their parsers raise whatever they like.
    except Exception as error:
        raise WrongProof from error
    if len(passkey.credential_id) > LONGEST_ID:
        raise WrongProof
    return passkey


def used(
    app: web.Application, credential: Credential, challenge: bytes, owner: UUID, public_key: bytes
) -> VerifiedAuthentication:
    """What was signed with a passkey of this owner's; WrongProof unless all of it fits.

    How far its authenticator has counted is for the caller to judge.
    """
    try:
        if base64url_to_bytes(credential["response"]["userHandle"]) != owner.bytes:
            raise WrongProof  # who is not named beforehand is to be named by the authenticator
        return webauthn.verify_authentication_response(
            credential=dict(credential),
            expected_challenge=challenge,
            expected_rp_id=_server(app),
            expected_origin=_origins(app),
            credential_public_key=public_key,
            credential_current_sign_count=0,
            require_user_verification=True,
        )
    except Exception as error:
        raise WrongProof from error


def credential_id(credential: Credential) -> bytes:
    """What the authenticator calls the passkey; WrongProof where it says nothing."""
    try:
        return base64url_to_bytes(credential["rawId"])
    except Exception as error:
        raise WrongProof from error


def _server(app: web.Application) -> str:
    """The name that passkeys are bound to: the host at which people reach this Pinge."""
    return urlsplit(app[SETTINGS].base_url).hostname or "localhost"


def _origins(app: web.Application) -> list[str]:
    """Where they may be used: on our own pages, and on those that may call us."""
    settings = app[SETTINGS]
    own = urlsplit(settings.base_url)
    return [f"{own.scheme}://{own.netloc}", *settings.cors_origins]
