"""Redirect URIs of applications: which may be registered, and that none is ever changed."""

from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fediverse.policy.redirects import MAX_URI_CHARACTERS, is_redirect_uri, with_answer

ELK = "https://elk.example/api/acme.localhost%3A8001/oauth/https%3A%2F%2Felk.example"


@pytest.mark.parametrize(
    "uri",
    [
        ELK,
        "http://127.0.0.1:8080/",
        "http://localhost:5173/",
        "https://client.example/callback?mode=a&b=%20",
        "mastodon-android-auth://callback",
        "com.tapbots.Ivory.10217:/request_token",
        "tuba://auth_code",
        "urn:ietf:wg:oauth:2.0:oob",
    ],
)
def test_addresses_of_real_clients_may_be_registered(uri: str) -> None:
    """Web clients, apps with a scheme of their own, and clients that show no page at all."""
    assert is_redirect_uri(uri)


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "/callback",
        "client.example",
        "https:",
        "https://",
        "https:///callback",
        "https:client.example/callback",
        "https://[::1/callback",
        "https://client.example:port/",
        "https://client.example@evil.example/",
        "https://client.example/#fragment",
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        "data:text/html,hello",
        "vbscript:x",
        "file:///etc/passwd",
        "blob:https://client.example/1",
        "https://client.example/\r\nSet-Cookie: a=b",
        "https://client.example/a b",
        "https://clïent.example/",
        "https://client.example/<script>",
        "https://client.example/" + "a" * MAX_URI_CHARACTERS,
    ],
)
def test_addresses_that_run_scripts_or_are_none_are_refused(uri: str) -> None:
    """A browser is sent there with a code: no scripts, no second header line, no fragment, no relative path."""
    assert not is_redirect_uri(uri)


@pytest.mark.parametrize(
    ("uri", "expected"),
    [
        (ELK, f"{ELK}?code=abc"),
        ("https://client.example/?", "https://client.example/?code=abc"),
        ("https://client.example/&", "https://client.example/&?code=abc"),
        ("https://client.example/cb?mode=a", "https://client.example/cb?mode=a&code=abc"),
        ("com.tapbots.Ivory.10217:/request_token", "com.tapbots.Ivory.10217:/request_token?code=abc"),
    ],
)
def test_answer_is_appended_to_the_address_as_it_is(uri: str, expected: str) -> None:
    """Elk's percent signs stay percent signs, upper case stays upper case."""
    assert with_answer(uri, {"code": "abc"}) == expected


@given(st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), max_size=40), st.text(max_size=40))
def test_every_address_is_kept_to_the_byte_and_the_state_comes_back(path: str, state: str) -> None:
    """Whatever may be registered is found again at the beginning of the answer, and the application reads the state that it sent."""
    uri = f"https://client.example/{path}"
    state = state.encode("utf-8", "replace").decode()

    answer = with_answer(uri, {"code": "abc", "state": state})

    assert answer.startswith(uri)
    if is_redirect_uri(uri):
        assert parse_qs(urlsplit(answer).query, keep_blank_values=True)["state"][-1] == state
        assert answer.isascii()
