"""The pages that links in mails lead to, for as long as there is no other client in the browser.

To open one does nothing: programs that look through mail open every link. What it is for is done
when its button is pressed. The token stands after the #, so no server and no log ever sees it.
"""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from hashlib import sha256

from aiohttp import web

from pinge.errors import NotFound

routes = web.RouteTableDef()

STYLE = """
:root { color-scheme: light dark; font: 1.05rem/1.5 system-ui, sans-serif }
body { display: grid; place-items: center; min-height: 90vh; margin: 0; padding: 1rem }
main { max-width: 24rem } h1 { font-size: 1.4rem }
form, label { display: grid; gap: .6rem }
input, button { font: inherit; padding: .6rem .8rem; border: 1px solid #8888; border-radius: .4rem }
button { border: 0; background: #2456c9; color: #fff; cursor: pointer }
button:disabled { opacity: .6; cursor: default }
"""

SCRIPT = """
const form = document.forms[0], button = form.querySelector("button")
const say = words => { document.getElementById("said").textContent = words }
const token = location.hash.slice(1)
if ("link" in form.dataset && !token) {
  button.disabled = true
  say("Part of the link is missing: copy all of it from the mail.")
}
form.addEventListener("submit", async event => {
  event.preventDefault()
  button.disabled = true
  const body = Object.fromEntries(new FormData(form))
  if (token) body.token = token
  try {
    const answer = await fetch(form.dataset.call, {
      method: "POST",
      headers: {"Content-Type": "application/json"},
      body: JSON.stringify(body),
    })
    const told = await answer.json()
    say((answer.ok ? told.data.message : told.error).replace(/[.]?$/, "."))
    if (answer.ok) return form.remove()
  } catch {
    say("Pinge cannot be reached right now: try again.")
  }
  button.disabled = false
})
"""

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Pinge</title>
<meta name="viewport" content="width=device-width"><meta name="robots" content="noindex">
<style>{style}</style></head>
<body><main><h1>{title}</h1><p>{text}</p>
<form data-call="../authentication/{call}"{link}>{fields}<button>{button}</button></form>
<p id="said" role="status"></p><noscript><p>This page needs JavaScript.</p></noscript>
</main><script>{script}</script></body></html>
"""


def _allowed(source: str) -> str:
    return f"'sha256-{b64encode(sha256(source.encode()).digest()).decode()}'"


# This script and this style, calls to where the page came from, and nothing else.
POLICY = (
    f"default-src 'none'; script-src {_allowed(SCRIPT)}; style-src {_allowed(STYLE)};"
    " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@dataclass(frozen=True, slots=True)
class Page:
    """A question, a button, and the call that the button makes."""

    title: str
    text: str
    call: str
    button: str
    fields: str = ""
    has_link: bool = True

    def html(self) -> str:
        """The page as it is sent."""
        return PAGE.format(
            style=STYLE,
            script=SCRIPT,
            title=self.title,
            text=self.text,
            call=self.call,
            button=self.button,
            fields=self.fields,
            link=" data-link" if self.has_link else "",
        )


WITH_NEW_ONE = """<label>New password
<input name="password" type="password" autocomplete="new-password" required></label>"""
WITH_EMAIL = """<label>E-mail address
<input name="email" type="email" autocomplete="email" required></label>"""

PAGES = {
    "verify": Page(
        "Is this your address?",
        "You registered at Pinge with the e-mail address that this link was sent to.",
        "verify-email",
        "Yes, it is mine",
    ),
    "reset": Page(
        "Choose a new password",
        "8 characters or more: upper and lower case, a digit and a special one."
        " You are logged out everywhere.",
        "reset-password",
        "Change password",
        WITH_NEW_ONE,
    ),
    "forgot": Page(
        "Forgot your password?",
        "We mail you a link to choose a new one.",
        "forgot-password",
        "Send the mail",
        WITH_EMAIL,
        has_link=False,
    ),
    "confirm": Page(
        "Use this address?",
        "The e-mail address that this link was sent to becomes the one of your account.",
        "confirm-email",
        "Yes, use it",
    ),
    "revert": Page(
        "Put the old address back?",
        "Your account gets this e-mail address back, every login ends, and we mail you a link"
        " to choose a new password.",
        "revert-email",
        "Put it back",
    ),
}


@routes.get("/mail/{page}")
async def page(request: web.Request) -> web.Response:
    """A page of those above."""
    shown = PAGES.get(request.match_info["page"])
    if shown is None:
        raise NotFound
    headers = {"Content-Security-Policy": POLICY}
    return web.Response(text=shown.html(), content_type="text/html", headers=headers)
