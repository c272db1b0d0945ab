"""The way to the provider and back: what is checked on it, and what is not believed."""

from __future__ import annotations

import time
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest

from pinge import sealing
from pinge.oidc import journeys
from tests.oidc.browser import BEGINNING, CALLBACK, PAGE, START, Browser, log_in, redeem
from tests.oidc.provider import CLIENT, SECRET
from tests.people import Pinge

NEW = "ann@elsewhere.example"


@pytest.fixture
async def browser(pinge, provider):
    provider.claims = {"email": NEW}
    return Browser(pinge)


async def test_the_provider_is_asked_with_all_that_guards_the_way(pinge, browser, provider):
    page = urlsplit(await browser.begin())

    asked = {name: value for name, [value] in parse_qs(page.query).items()}
    assert page.path == "/authorize"
    assert asked.pop("tenant") == "1"
    assert len({asked.pop("state"), asked.pop("nonce"), asked.pop("code_challenge")}) == 3
    assert asked == {
        "response_type": "code",
        "scope": "openid email profile",
        "code_challenge_method": "S256",
        "client_id": CLIENT,
        "redirect_uri": f"http://localhost:8000{CALLBACK}",
    }


async def test_what_the_browser_carries_says_nothing_and_goes_to_the_callback_alone(browser):
    await browser.begin()

    [cookie] = list(browser.cookies)
    assert (cookie["path"], cookie["samesite"]) == ("/authentication/oidc", "Lax")
    assert cookie["httponly"]
    assert "localhost" not in cookie.value


@pytest.mark.parametrize(
    "page",
    [
        "https://evil.example/",
        "http://localhost:3000@evil.example/",
        "http://evil.example\\@localhost:3000/",
        "http://localhost:3000\\.evil.example/",
        "//evil.example/",
        "javascript:alert(1)",
        "http://localhost:3000/#x",
        "",
    ],
)
async def test_the_way_leads_back_to_no_other_page(pinge, browser, page):
    query = BEGINNING | {"return_to": page}

    refused = await pinge.call("GET", START, params=query, allow_redirects=False)

    assert (refused.status, refused.code) == (400, "bad_request")


@pytest.mark.parametrize("challenge", ["x", "ä" * 43, "c" * 44, "c" * 42 + "\n"])
async def test_a_challenge_is_one_of_sha_256(pinge, browser, challenge):
    query = BEGINNING | {"challenge": challenge}

    assert (await pinge.call("GET", START, params=query)).code == "invalid"


async def test_it_leads_back_to_an_app_of_this_machine(browser):
    assert await browser.begin(return_to="http://127.0.0.1:4711/done?x=1")


async def test_another_browser_does_not_come_back_in_ones_stead(pinge, browser):
    back = await browser.at_provider(await browser.begin())
    other = Browser(pinge)

    strange = await other.get(back)
    await other.begin()
    mixed = await other.get(back)

    assert [strange[0], mixed[0]] == [400, 400]
    assert (await browser.get(back))[0] == 302


async def test_who_takes_too_long_begins_anew(pinge, browser, monkeypatch):
    back = await browser.at_provider(await browser.begin())
    now = time.time()

    monkeypatch.setattr(sealing.time, "time", lambda: now + journeys.JOURNEY_LASTS + 1)

    assert (await browser.get(back))[0] == 400


async def test_a_ticket_is_good_for_a_minute(pinge, browser, monkeypatch):
    monkeypatch.setattr(journeys, "TICKET_LASTS", -1)

    assert (await redeem(pinge, await browser.ticket())).code == "dead_journey"


async def test_a_code_is_used_once(browser):
    back = await browser.at_provider(await browser.begin())
    kept = list(browser.cookies)
    assert "#ticket=" in (await browser.get(back))[1]
    browser.cookies.update_cookies({cookie.key: cookie for cookie in kept})

    assert (await browser.get(back))[1] == f"{PAGE}#error=provider_refused"


async def test_who_says_no_there_comes_back_with_nothing(browser, pinge):
    page = await browser.begin()
    [state] = parse_qs(urlsplit(page).query)["state"]

    told = await browser.get(f"{pinge.url}{CALLBACK}?error=access_denied&state={state}")

    assert told[1] == f"{PAGE}#error=provider_refused"


async def test_an_answer_of_another_provider_is_not_taken(browser):
    back = await browser.at_provider(await browser.begin())

    told = await browser.get(back.replace("iss=", "iss=x"))

    assert told[1] == f"{PAGE}#error=provider_refused"


LIES = [
    {"iss": "https://evil.example"},
    {"aud": "another client"},
    {"aud": ["another client", "one more"]},
    {"aud": [CLIENT, "another client"]},
    {"nonce": "of another login"},
    {"nonce": None},
    {"exp": 1},
    {"exp": None},
    {"iat": None},
    {"sub": None},
    {"sub": ""},
    {"sub": 7},
    {"sub": "x" * 256},
    {"sub": "\u0000"},
    {"sub": "\ud800"},
    {"email": "a\u0000b@elsewhere.example"},
    {"email": "\ud800@elsewhere.example"},
]


@pytest.mark.parametrize("lie", LIES, ids=str)
async def test_what_an_id_token_must_say_it_must_say(browser, provider, lie):
    provider.claims |= lie

    assert await browser.journey() == "error=provider_refused"


@pytest.mark.parametrize(
    "signing",
    [
        {"key": SECRET, "algorithm": "HS256"},
        {"key": "", "algorithm": "none"},
        {"headers": {"kid": "unknown"}},
    ],
    ids=str,
)
@pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")
async def test_who_else_could_have_signed_it_is_not_believed(browser, provider, signing):
    provider.signing = signing

    assert await browser.journey() == "error=provider_refused"


async def test_several_may_be_meant_if_it_was_made_for_us(pinge, browser, provider):
    provider.claims |= {"aud": [CLIENT, "another client"], "azp": CLIENT}

    assert (await redeem(pinge, await browser.ticket())).status == 200


async def test_the_secret_goes_in_the_form_where_the_provider_wants_that(pinge, browser, provider):
    provider.doors = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}

    assert (await redeem(pinge, await browser.ticket())).status == 200


async def test_new_keys_are_fetched_once_they_are_used(pinge, browser, provider, monkeypatch):
    assert (await log_in(pinge)).status == 200
    provider.renew_keys()

    assert await browser.journey() == "error=provider_refused"  # asked a moment ago
    monkeypatch.setattr("pinge.oidc.provider.ASKED_AGAIN_AFTER", 0.0)

    assert (await redeem(pinge, await browser.ticket())).status == 200
    assert provider.asked == ["configuration", "keys"] * 2


@pytest.mark.parametrize(
    "doors",
    [
        {"issuer": "https://another.example"},
        {"token_endpoint": "ftp://x"},
        {"jwks_uri": None},
        {"jwks_uri": "http://127.0.0.1:1/"},
    ],
    ids=str,
)
async def test_a_provider_that_makes_no_sense_is_away(pinge, browser, provider, doors):
    provider.doors = doors

    refused = await pinge.call("GET", START, params=BEGINNING, allow_redirects=False)

    assert (refused.status, refused.code) == (503, "provider_away")


class TestBehindAProxy:
    """Where people reach Pinge by another name, over TLS."""

    @pytest.fixture
    def settings(self, settings):
        return replace(settings, public_url="https://chat.example/pinge")

    async def test_all_leads_to_where_people_reach_it(self, pinge):
        query = BEGINNING | {"return_to": "https://chat.example/app"}

        sent = await pinge.call("GET", START, params=query, allow_redirects=False)

        cookie = sent.headers["Set-Cookie"]
        assert {"Path=/pinge/authentication/oidc", "Secure"} <= set(cookie.split("; "))
        asked = parse_qs(urlsplit(sent.headers["Location"]).query)
        assert asked["redirect_uri"] == [f"https://chat.example/pinge{CALLBACK}"]


class TestInside:
    """Where the networks inside are not to be reached."""

    @pytest.fixture
    def settings(self, settings):
        return replace(settings, outbound_networks=())

    async def test_a_provider_inside_is_not_reached(self, pinge):
        refused = await pinge.call("GET", START, params=BEGINNING, allow_redirects=False)

        assert refused.code == "provider_away"


async def test_without_a_provider_there_is_no_way(settings, database):
    nowhere = replace(settings, oidc_issuer=None, oidc_client_id=None, oidc_client_secret=None)
    async with Pinge.running(nowhere, database) as pinge:
        refused = await pinge.call("GET", START, params=BEGINNING, allow_redirects=False)

        assert (refused.status, refused.code) == (404, "oidc_off")
