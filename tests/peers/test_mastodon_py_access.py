"""Mastodon.py at the doors of a node of ours: what it learns before anybody signed in, signing in through the pages, and what it is refused."""

from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from mastodon import Mastodon, MastodonAPIError, MastodonIllegalArgumentError, MastodonUnauthorizedError
from mastodon.errors import MastodonWarning

from fediverse import __version__
from tests.peers.sign_in import OpenClient, code_shown, decide
from tests.support.processes import PASSWORD, ServedNode, ServedPerson

CALLBACK = "http://127.0.0.1:9/callback"  # nobody listens there: only the address counts
SCOPES = ["read", "write", "follow", "push"]


# ── the node ──────────────────────────────────────────────────────────────────────────────────────


def test_node_says_what_it_is_before_anybody_signed_in(local: ServedNode, client_of: OpenClient) -> None:
    """Both versions of the instance, its health and NodeInfo are open, as clients need them before they have a token."""
    stranger = client_of()

    instance = stranger.instance()
    nodeinfo = stranger.instance_nodeinfo()

    assert instance.domain == local.host
    assert instance.configuration.statuses.max_characters == 5000
    assert instance.registrations.enabled is False
    assert stranger.instance_v1().uri == local.host
    assert stranger.instance_health() is True
    assert nodeinfo.software.version == __version__
    assert nodeinfo.protocols == ["activitypub"]


def test_stranger_is_told_to_sign_in(client_of: OpenClient) -> None:
    """The library warns of itself that public timelines are closed: it read so in what the node says of itself."""
    stranger = client_of()

    for question in (stranger.timeline_home, stranger.me, stranger.instance_peers):
        with pytest.raises(MastodonUnauthorizedError):
            question()

    with pytest.warns(MastodonWarning, match="unavailable"), pytest.raises(MastodonUnauthorizedError):
        stranger.timeline_public()


# ── signing in ────────────────────────────────────────────────────────────────────────────────────


def registered(
    local: ServedNode, client_of: OpenClient, redirect_uri: str = CALLBACK, scopes: list[str] = SCOPES
) -> Mastodon:
    with requests.Session() as session:
        client_id, secret = Mastodon.create_app(
            "a bot",
            scopes=scopes,
            redirect_uris=redirect_uri,
            website="https://bot.example",
            api_base_url=local.origin,
            session=session,
        )
    return client_of(client_id=client_id, client_secret=secret)


def test_app_signs_a_person_in_through_the_pages_and_out_again(
    local: ServedNode, client_of: OpenClient, people: tuple[ServedPerson, ServedPerson]
) -> None:
    """The code flow as a person walks it: registration, sign-in page, consent, code, token, revocation."""
    person = people[0]
    app = registered(local, client_of)
    url = app.auth_request_url(
        redirect_uris=CALLBACK, scopes=SCOPES, state="a-nonce", force_login=True, allow_http=True
    )
    answer = decide(local, person, url)
    given = parse_qs(urlsplit(answer.headers["location"]).query)

    app.log_in(code=given["code"][0], redirect_uri=CALLBACK, scopes=SCOPES, allow_http=True)

    assert answer.headers["location"].startswith(f"{CALLBACK}?")
    assert given["state"] == ["a-nonce"]
    assert app.me().username == person.username
    assert app.app_verify_credentials().name == "a bot"
    token = app.access_token
    app.revoke_access_token(allow_http=True)
    with pytest.raises(MastodonUnauthorizedError):
        client_of(access_token=token).me()


def test_code_may_be_copied_from_the_page(
    local: ServedNode, client_of: OpenClient, people: tuple[ServedPerson, ServedPerson]
) -> None:
    """Out of band: scripts that have no address to be called back at."""
    out_of_band = "urn:ietf:wg:oauth:2.0:oob"
    app = registered(local, client_of, out_of_band)
    url = app.auth_request_url(redirect_uris=out_of_band, scopes=SCOPES, allow_http=True)

    code = code_shown(local, people[0], url)
    app.log_in(code=code, redirect_uri=out_of_band, scopes=SCOPES, allow_http=True)

    assert app.me().username == people[0].username


def test_refused_app_gets_no_code(
    local: ServedNode, client_of: OpenClient, people: tuple[ServedPerson, ServedPerson]
) -> None:
    """The twin: the same way, with the other button."""
    app = registered(local, client_of)
    url = app.auth_request_url(redirect_uris=CALLBACK, scopes=SCOPES, allow_http=True)

    answer = decide(local, people[0], url, "deny")

    given = parse_qs(urlsplit(answer.headers["location"]).query)
    assert given["error"] == ["access_denied"]
    assert "code" not in given


def test_code_works_once(local: ServedNode, client_of: OpenClient, people: tuple[ServedPerson, ServedPerson]) -> None:
    """A code that leaked from a log is worth nothing afterwards."""
    app = registered(local, client_of)
    answer = decide(local, people[0], app.auth_request_url(redirect_uris=CALLBACK, scopes=SCOPES, allow_http=True))
    code = parse_qs(urlsplit(answer.headers["location"]).query)["code"][0]
    app.log_in(code=code, redirect_uri=CALLBACK, scopes=SCOPES, allow_http=True)

    with pytest.raises(MastodonIllegalArgumentError):
        app.log_in(code=code, redirect_uri=CALLBACK, scopes=SCOPES, allow_http=True)


def test_app_that_may_read_may_not_write(
    local: ServedNode, client_of: OpenClient, people: tuple[ServedPerson, ServedPerson]
) -> None:
    """403 outside the granted scopes, and 200 within."""
    app = registered(local, client_of, scopes=["read"])
    answer = decide(local, people[0], app.auth_request_url(redirect_uris=CALLBACK, scopes=["read"], allow_http=True))
    code = parse_qs(urlsplit(answer.headers["location"]).query)["code"][0]
    app.log_in(code=code, redirect_uri=CALLBACK, scopes=["read"], allow_http=True)

    with pytest.raises(MastodonAPIError) as refusal:
        app.status_post("I must not")

    assert refusal.value.args[1] == 403
    assert app.timeline_home() == []


def test_password_grant_is_refused(
    local: ServedNode, client_of: OpenClient, people: tuple[ServedPerson, ServedPerson]
) -> None:
    """People type their password on our page and nowhere else."""
    app = registered(local, client_of)

    with pytest.raises(MastodonIllegalArgumentError, match="Password flow"):
        app.log_in(username=people[0].email, password=PASSWORD, scopes=SCOPES, allow_http=True)
