"""What counts as an ActivityStreams document, by its Content-Type."""

import pytest

from fediverse.remote.client import RemoteResponse
from fediverse.remote.media_types import is_activity_json, media_type_of

AS2 = "https://www.w3.org/ns/activitystreams"


@pytest.mark.parametrize(
    "content_type",
    [
        "application/activity+json",
        "Application/Activity+JSON",
        "application/activity+json; charset=utf-8",
        "application/activity+json;charset=UTF-8",
        f'application/activity+json; profile="{AS2}"',
        "application/activity+json;",
        f'application/ld+json; profile="{AS2}"',
        f'application/ld+json;profile="{AS2}"',
        f"application/ld+json; profile={AS2}",
        f'application/ld+json; charset=utf-8; profile="{AS2}"',
        f'application/ld+json; profile="{AS2}"; charset=utf-8',
        f'application/ld+json; PROFILE="http://www.w3.org/ns/json-ld#compacted {AS2}"',
        f'application/ld+json ; profile="{AS2} https://example.com/other" ',
    ],
)
def test_activitystreams_types_are_accepted(content_type: str) -> None:
    """T-044: parameters in any order, quotes optional, several profiles, charset allowed."""
    assert is_activity_json(content_type)


@pytest.mark.parametrize(
    "content_type",
    [
        None,
        "",
        " ",
        "application",
        "application/json",
        "text/html",
        "image/png",
        "application/octet-stream",
        "application/ld+json",
        'application/ld+json; profile="https://example.com/ns"',
        f'application/ld+json; profile="{AS2}x"',
        f'application/ld+json; profile="x{AS2}"',
        f'application/ld+json; profil="{AS2}"',
        f'application/ld+json; title="profile={AS2}"',
        f'application/ld+json; profile="https://example.com"; profile="{AS2}"',
        f'application/json; profile="{AS2}"',
        f'text/html; profile="{AS2}"',
        f'text/html; x="application/ld+json; profile=\\"{AS2}\\""',
        "text/html, application/activity+json",
        "application/activity+json, text/html",
        "application/activity+json text/html",
        "application/activity+jsonx",
        "xapplication/activity+json",
        "application/activity+json; charset",
        "application/activity+json; charset=utf-8; charset=utf-16",
        f'application/ld+json; profile="{AS2}',
        "application/activity+json;" + " " * 2000,
    ],
)
def test_every_other_type_is_refused(content_type: str | None) -> None:
    """T-045: an uploaded file, a page or plain JSON is no actor, whatever its parameters say."""
    assert not is_activity_json(content_type)


@pytest.mark.parametrize(
    ("content_type", "expected"),
    [
        ("Text/HTML; charset=utf-8", "text/html"),
        ("application/jrd+json", "application/jrd+json"),
        ("nonsense", ""),
        ("", ""),
    ],
)
def test_media_type_is_named_without_its_parameters(content_type: str, expected: str) -> None:
    """The bare type in lower case; empty for what is no type."""
    response = RemoteResponse("https://beta.example/", 200, {"content-type": content_type}, b"")

    assert media_type_of(response) == expected
    assert media_type_of(RemoteResponse("https://beta.example/", 200, {}, b"")) == ""
