"""Who is asking is not known, or may not do this."""

from __future__ import annotations

from pinge.errors.base import PingeError


class Unauthenticated(PingeError):
    """Log in first."""

    code = "unauthenticated"
    status = 401

    def headers(self) -> dict[str, str]:
        """How to."""
        return {"WWW-Authenticate": "Bearer"}


class WrongCredentials(Unauthenticated):
    """Invalid credentials."""

    code = "wrong_credentials"


class WrongCode(WrongCredentials):
    """This code is wrong, or was used already."""

    code = "wrong_code"


class DeadTicket(Unauthenticated):
    """This took too long: begin to log in anew."""

    code = "dead_ticket"


class SecondFactorNeeded(Unauthenticated):
    """Log in with a code of your second factor: send it as `otp`, with this `ticket`."""

    code = "second_factor_needed"

    def __init__(self, ticket: str, expires_in: int) -> None:
        super().__init__()
        self.ticket, self.expires_in = ticket, expires_in  # the latter in seconds

    def body(self) -> dict[str, object]:
        """As everywhere, with what stands for the password in the next call."""
        return super().body() | {"ticket": self.ticket, "expires_in": self.expires_in}


class Forbidden(PingeError):
    """You may not do this."""

    code = "forbidden"
    status = 403


class InactiveAccount(Forbidden):
    """This account is inactive."""

    code = "inactive_account"


class WrongPassword(Forbidden):
    """This is not your password."""

    code = "wrong_password"


class WrongProof(Forbidden):
    """This does not prove that it is you."""

    code = "wrong_proof"


class ProofNeeded(Forbidden):
    """Say your password with this, or prove before that it is you."""

    code = "proof_needed"


class FactorProofNeeded(ProofNeeded):
    """Prove before, by your second factor or a passkey, that it is you."""

    code = "factor_proof_needed"


class ProviderRefused(Forbidden):
    """The login provider does not say who you are."""

    code = "provider_refused"


class NotLinked(Forbidden):
    """Log in as you used to, and link this account from inside."""

    code = "not_linked"


class EmailUnverified(Forbidden):
    """Verify your e-mail address first: open the link in the mail that we sent you."""

    code = "email_unverified"


class NotContacts(Forbidden):
    """You can only write to your contacts."""

    code = "not_contacts"


class NotTaken(Forbidden):
    """They take no messages."""

    code = "not_taken"


class Blocked(Forbidden):
    """You block them: unblock them first."""

    code = "blocked"


class ScopeMissing(Forbidden):
    """No token may do this: log in."""

    code = "scope_missing"

    def __init__(self, scope: str | None) -> None:
        super().__init__(scope and f"This token lacks the scope {scope}.")


class NotMember(Forbidden):
    """You are not a member of this group."""

    code = "not_member"


class NotAdmin(Forbidden):
    """Only an admin of the group may do this."""

    code = "not_admin"


class NotOwner(Forbidden):
    """Only the owner of the group may do this."""

    code = "not_owner"


class WasRemoved(Forbidden):
    """You were removed from this group: somebody in it has to add you."""

    code = "was_removed"


class OnlyAdmins(Forbidden):
    """Only admins write in this group."""

    code = "only_admins"


class NotSender(Forbidden):
    """Only the sender of a message may do this, or an admin of its group may delete it."""

    code = "not_sender"


class StillARequest(Forbidden):
    """This is a message request: accept it or answer before you do this."""

    code = "still_a_request"


class WordsOfOthers(Forbidden):
    """A forwarded message says what somebody else said, and cannot be edited."""

    code = "forwarded"


class TooLate(Forbidden):
    """This message is too old to be changed."""

    code = "too_late"


class OriginRefused(Forbidden):
    """This origin may not open sockets here."""

    code = "origin_refused"
