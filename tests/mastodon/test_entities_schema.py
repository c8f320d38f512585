"""Everything we render, held against the client API's published schema: what is required is there, and nothing is null that must not be.

It reads `shared/data/mastodon-openapi.json`, which lies beside the checkout.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from fediverse.mastodon import entities
from fediverse.queries.views import (
    AccountView,
    ContextView,
    CustomEmoji,
    EditView,
    MarkerView,
    MediaView,
    NodeCounts,
    NotificationView,
    PostView,
    RelationshipView,
    SearchResults,
    TagView,
    UserView,
)
from fediverse.settings import Settings

SCHEMA_FILE = Path(__file__).parents[3] / "shared" / "data" / "mastodon-openapi.json"
NOW = datetime(2026, 11, 23, 10, 5, 6, 7999, tzinfo=UTC)
SETTINGS = Settings(domain="acme.example")
COUNTS = NodeCounts(users=4, posts=5, hosts=2, active_month=3)
VIEWER = 42
TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}
# An empty text is how clients learn that there is no streaming.
NO_URI = re.compile(r".*\.urls\.streaming_api$")


def uri(path: str) -> str:
    return f"https://acme.example{path}"


@pytest.fixture(scope="session")
def schemas() -> dict[str, Any]:
    if not SCHEMA_FILE.is_file():
        pytest.fail(
            f"this test needs the client API's schema at {SCHEMA_FILE}; it lies in the project's shared/data, beside the checkout"
        )
    document: dict[str, Any] = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
    found: dict[str, Any] = document["components"]["schemas"]
    return found


def mismatches(value: Any, schema: dict[str, Any], schemas: dict[str, Any], path: str) -> Iterator[str]:
    """Where *value* is not what *schema* says: the part of JSON Schema that the file uses, and dates as clients parse them."""
    if value is None and "null" in schema.get("type", []):
        return
    if "$ref" in schema:
        yield from mismatches(value, schemas[schema["$ref"].rpartition("/")[2]], schemas, path)
        return
    if "oneOf" in schema:
        tried = [list(mismatches(value, option, schemas, path)) for option in schema["oneOf"]]
        yield from min(tried, key=len)
        return
    kinds = schema.get("type", list(TYPES))
    allowed = tuple(kind for name in ([kinds] if isinstance(kinds, str) else kinds) for kind in TYPES[name])
    if not isinstance(value, allowed) or (isinstance(value, bool) and bool not in allowed):
        yield f"{path}: {value!r} is not {kinds}"
    elif isinstance(value, str):
        yield from _wrong_text(value, schema, path)
    else:
        yield from _wrong_inside(value, schema, schemas, path)


def _wrong_inside(value: Any, schema: dict[str, Any], schemas: dict[str, Any], path: str) -> Iterator[str]:
    if isinstance(value, dict):
        yield from (f"{path}.{name} is missing" for name in schema.get("required", []) if name not in value)
        for name, inner in schema.get("properties", {}).items():
            if name in value:
                yield from mismatches(value[name], inner, schemas, f"{path}.{name}")
    if isinstance(value, list):
        for number, item in enumerate(value):
            yield from mismatches(item, schema.get("items", {}), schemas, f"{path}[{number}]")


def _wrong_text(value: str, schema: dict[str, Any], path: str) -> Iterator[str]:
    wanted = schema.get("format", "")
    if value not in schema.get("enum", [value]):
        yield f"{path}: {value!r} is none of {schema['enum']}"
    if wanted == "date-time" and not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", value):
        yield f"{path}: {value!r} is no date that clients parse"
    if wanted == "date" and not re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        yield f"{path}: {value!r} is no day"
    if wanted == "uri" and not NO_URI.fullmatch(path) and not urlsplit(value).netloc:
        yield f"{path}: {value!r} is no absolute URL"


@pytest.fixture
def rendered(
    alice_view: AccountView, alice_user: UserView, post_view: PostView, picture: MediaView, smile: CustomEmoji
) -> list[tuple[str, Any]]:
    """Everything that this door renders, by the schema's name for it: in full, and as bare as it gets."""
    bare = replace(
        post_view,
        media=(),
        mentions=(),
        tags=(),
        emojis=(),
        language="",
        application_name="",
        author=replace(alice_view, last_posted_at=None),
    )
    reply = replace(bare, reply_to_id=1, reply_to_account_id=2, edited_at=NOW)
    boost = replace(post_view, id=1, boost_of=post_view)
    waiting = replace(
        picture,
        url="",
        preview_url="",
        width=None,
        height=None,
        preview_width=None,
        preview_height=None,
        blurhash="",
        alt="",
    )
    clip = replace(picture, kind="video", remote_url="https://beta.example/clip.mp4")
    told = NotificationView(1, "mention", NOW, alice_view, post_view)
    edit = EditView("<p>Hello</p>", "Hello", "", False, NOW, (picture,))
    relation = RelationshipView(7, following=True, languages=("fr",), muting_expires_at=NOW)
    results = SearchResults((alice_view,), (post_view, boost), (TagView("paint", 1, 1),))
    return [
        ("Account", entities.account(alice_view, moved=replace(alice_view, domain="beta.example"))),
        ("Account", entities.account(bare.author)),
        ("Account", entities.account(replace(alice_view, suspended=True))),
        ("MutedAccount", entities.muted_account(alice_view, NOW)),
        ("MutedAccount", entities.muted_account(alice_view, None)),
        ("CredentialAccount", entities.credential_account(alice_view, alice_user, 1)),
        (
            "CredentialAccount",
            entities.credential_account(alice_view, replace(alice_user, role="admin", default_language="fr"), 0),
        ),
        ("Preferences", entities.preferences(alice_user)),
        ("Relationship", entities.relationship(RelationshipView(7))),
        ("Relationship", entities.relationship(relation)),
        ("Status", entities.status(post_view, VIEWER, uri)),
        ("Status", entities.status(post_view, alice_view.id, uri)),
        ("Status", entities.status(bare, VIEWER, uri)),
        ("Status", entities.status(reply, VIEWER, uri)),
        ("Status", entities.status(boost, VIEWER, uri)),
        ("Status", entities.deleted_status(post_view, VIEWER, uri)),
        ("StatusSource", entities.source(post_view)),
        ("StatusEdit", entities.edit(edit, post_view)),
        ("Context", entities.context(ContextView((post_view,), (reply, bare)), VIEWER, uri)),
        ("MediaAttachment", entities.media_attachment(picture)),
        ("MediaAttachment", entities.media_attachment(waiting)),
        ("MediaAttachment", entities.media_attachment(clip)),
        ("Notification", entities.notification(told, VIEWER, uri)),
        ("Notification", entities.notification(replace(told, kind="follow", post=None), VIEWER, uri)),
        ("Marker", entities.markers([MarkerView("home", "12", 1, NOW)])["home"]),
        ("NotificationPolicy", entities.open_policy()),
        ("V1NotificationPolicy", entities.open_policy_v1()),
        ("Search", entities.found(results, VIEWER, NOW, uri)),
        ("Tag", entities.tag(TagView("paint", 1, 1), NOW, uri)),
        ("CustomEmoji", entities.custom_emoji(smile)),
        ("Instance", entities.instance(SETTINGS, COUNTS, uri)),
        ("V1Instance", entities.instance_v1(SETTINGS, COUNTS, uri)),
        ("ExtendedDescription", entities.extended_description(SETTINGS, NOW)),
        ("PrivacyPolicy", entities.privacy_policy(SETTINGS, NOW)),
    ]


def test_everything_rendered_fits_the_published_schema(
    rendered: list[tuple[str, Any]], schemas: dict[str, Any]
) -> None:
    """The API in the words of its own schema (client API, section 3)."""
    found = [problem for name, entity in rendered for problem in mismatches(entity, schemas[name], schemas, name)]

    assert found == []


def test_the_check_sees_what_is_missing_null_or_of_another_kind(
    alice_view: AccountView, schemas: dict[str, Any]
) -> None:
    """A check that accepts everything would prove nothing."""
    entity = entities.account(alice_view)
    spoilt = entity | {"id": 1, "note": None, "created_at": "2026-11-23T10:05:06+00:00", "avatar": "/a.png", "bot": 0}
    del spoilt["username"]

    found = {
        problem.partition(":")[0].split()[0] for problem in mismatches(spoilt, schemas["Account"], schemas, "Account")
    }

    assert list(mismatches(entity, schemas["Account"], schemas, "Account")) == []
    assert found == {"Account." + name for name in ("id", "note", "created_at", "avatar", "bot", "username")}
