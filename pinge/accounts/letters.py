"""What mails about an account say.

Nothing in them is chosen by whoever made the account: anybody can register somebody else's address,
and a name would be a way to have us write to them.
"""

from __future__ import annotations

from datetime import UTC, datetime

from pinge.mail.letters import Letter


def verify(address: str, link: str) -> Letter:
    """To whoever registered an address, or somebody else's."""
    return Letter(
        "verify_email",
        address,
        "Is this your e-mail address?",
        f"""Somebody, probably you, registered at Pinge with this address.

If it was you, open this page within a day to say that it is yours:

{link}

If it was not, do not: whoever it was would stay in that account. To have it
to yourself, choose a new password for it, which puts them out.
""",
    )


def reset(address: str, link: str) -> Letter:
    """To whoever forgot a password."""
    return Letter(
        "reset_password",
        address,
        "Choose a new password",
        f"""Somebody, probably you, asked for a new password at Pinge.

If it was you, open this page within an hour:

{link}

It logs you out everywhere. If it was not you, do nothing: your password
stays as it is.
""",
    )


def password_changed(address: str, forgot: str) -> Letter:
    """To whoever has a new password since a moment ago."""
    return Letter(
        "password_changed",
        address,
        "Your password was changed",
        f"""Your password at Pinge was just changed, and every other login was ended.
Passkeys and accounts elsewhere that still open it, if any, should be yours.

If it was not you, choose another one here:

{forgot}

Somebody may read your mail, too: make your mailbox safe first.
""",
    )


def confirm(address: str, link: str) -> Letter:
    """To an address that is to become somebody's."""
    return Letter(
        "confirm_email",
        address,
        "Confirm your new e-mail address",
        f"""Somebody, probably you, wants to use this address at Pinge from now on.

If it was you, open this page within a day to confirm it:

{link}

If it was not, do nothing.
""",
    )


def changed(old: str, new: str, link: str) -> Letter:
    """To the address that was somebody's until a moment ago."""
    return Letter(
        "email_changed",
        old,
        "Your e-mail address was changed",
        f"""Your e-mail address at Pinge is {new} from now on.

If you did not change it, open this page within seven days. It puts this
address back, ends every login, and mails you a link to choose a password:

{link}
""",
    )


def reverted(address: str, link: str) -> Letter:
    """To the address that is somebody's again."""
    return Letter(
        "reset_password",
        address,
        "Your account is yours again: choose a new password",
        f"""This is your e-mail address at Pinge again. Every login was ended, and the
old password works no more: whoever changed the address knew it. Choose a
new one within an hour:

{link}

If it is later than that by now, ask for another such mail.
""",
    )


def new_device(address: str, what: str, where: str, session_id: str, forgot: str) -> Letter:
    """To whoever logged in on a device that was not seen before."""
    when = datetime.now(UTC).strftime("%d %B %Y, %H:%M UTC")
    return Letter(
        "new_device",
        address,
        "A login on a new device",
        f"""Somebody, probably you, just logged in to your account at Pinge on a device
that was not seen before:

    when    {when}
    from    {where}
    device  {what}
    login   {session_id}

If it was not you, choose a new password, which ends every login:

{forgot}

To end only this one: DELETE /authentication/sessions/{session_id}
""",
    )


def ways_in_changed(address: str, what: str, forgot: str) -> Letter:
    """To whoever logs in otherwise than before since a moment ago."""
    return Letter(
        "ways_in_changed",
        address,
        "How you log in was changed",
        f"""Something was just changed about how you log in at Pinge:
{what}.

If it was not you, choose a new password, which ends every login:

{forgot}

Then look at your second factor and your passkeys: none should be another's.
""",
    )
