"""Actors of other servers become `RemoteActor`, harmless and complete, or Malformed."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fediverse.activitystreams import actors
from fediverse.activitystreams.actors import RemoteActor, parse_actor
from fediverse.activitystreams.keys import RemoteKey, key_owner
from fediverse.errors import Malformed

URI = "https://a.example/users/ana"
PEM = "-----BEGIN PUBLIC KEY-----\nx\n-----END PUBLIC KEY-----\n"


def person(**more: Any) -> dict[str, Any]:
    """The least that an actor needs, and *more*."""
    return {
        "id": URI,
        "type": "Person",
        "preferredUsername": "ana",
        "inbox": f"{URI}/inbox",
        "outbox": f"{URI}/outbox",
    } | more


def pem_key(**more: Any) -> dict[str, Any]:
    return {"id": f"{URI}#main-key", "owner": URI, "publicKeyPem": PEM} | more


def test_a_full_actor_is_read() -> None:
    """Each field lands where it belongs, in its clean form."""
    document = person(
        name=" Ana\u202e Durand\n",
        summary="<p>Hi<script>x</script></p>",
        followers=f"{URI}/followers",
        endpoints={"sharedInbox": "https://a.example/inbox"},
        url=[{"type": "Link", "mediaType": "text/html", "href": "https://www.a.example/@ana"}],
        icon={"type": "Image", "url": {"type": "Link", "href": "https://files.a.example/i.png"}},
        manuallyApprovesFollowers=True,
        discoverable=True,
        attachment=[
            {"type": "PropertyValue", "name": "Site", "value": "<a href='javascript:x'>x</a>"},
            {"type": "Note", "name": "no field"},
        ],
        alsoKnownAs="https://old.example/ana",
        movedTo={"id": "https://new.example/ana"},
        published="2026-01-02T03:04:05Z",
        publicKey=pem_key(),
        tag={"type": "Emoji", "name": ":hat:", "icon": {"url": "https://a.example/hat.png"}},
        generator={
            "type": "Application",
            "implements": [{"href": "https://datatracker.ietf.org/doc/html/rfc9421", "name": "RFC-9421"}],
        },
        webfinger="acct:ana@a.example",
    )

    assert parse_actor(document) == RemoteActor(
        uri=URI,
        kind="Person",
        username="ana",
        name="Ana Durand",
        summary_html="<p>Hi</p>",
        inbox=f"{URI}/inbox",
        shared_inbox="https://a.example/inbox",
        outbox=f"{URI}/outbox",
        followers=f"{URI}/followers",
        following=None,
        featured=None,
        url="https://www.a.example/@ana",
        icon_url="https://files.a.example/i.png",
        image_url=None,
        locked=True,
        discoverable=True,
        indexable=False,
        bot=False,
        fields=(("Site", "<a>x</a>"),),
        also_known_as=("https://old.example/ana",),
        moved_to="https://new.example/ana",
        keys=(RemoteKey(f"{URI}#main-key", "pem", pem=PEM),),
        published=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
        emojis=(("hat", "https://a.example/hat.png", None),),
        webfinger="ana@a.example",
        implements=("https://datatracker.ietf.org/doc/html/rfc9421",),
    )


@pytest.mark.parametrize(
    "change",
    [
        {"id": None},
        {"id": 1},
        {"id": "ana"},
        {"id": "ftp://a.example/ana"},
        {"id": "https://user:secret@a.example/ana"},
        {"inbox": None},
        {"inbox": 1},
        {"inbox": "javascript:x"},
        {"inbox": [f"{URI}/inbox", f"{URI}/other"]},
        {"followers": True},
        {"movedTo": ["https://x.example/1", "https://x.example/2"]},
        {"preferredUsername": ""} | {"id": "https:///x"},
        {"preferredUsername": "ana@evil.example"},
        {"preferredUsername": "a b"},
        {"preferredUsername": "../admin"},
        {"preferredUsername": "an\u202ea"},
        {"preferredUsername": "a" * 3_000},
        {"type": ["Person", 1]},
        {"alsoKnownAs": [1]},
        {"publicKey": pem_key(id=1)},
        {"actor": URI},
        {"publicKeyPem": PEM},
        {"items": []},
    ],
)
def test_an_actor_that_cannot_be_trusted_to_be_one_is_malformed(change: dict[str, Any]) -> None:
    """T-314, T-360: ids of a wrong type, names that are no names, two shapes in one document."""
    assert parse_actor(person())

    with pytest.raises(Malformed):
        parse_actor(person(**change))


@pytest.mark.parametrize(
    ("given_type", "kind", "bot"),
    [
        ("Person", "Person", False),
        ("Group", "Group", False),
        ("Organization", "Organization", False),
        ("Service", "Service", True),
        (["Application", "pt:Server"], "Application", True),
        ("Feed", "Service", True),
        (None, "Service", True),
    ],
)
def test_actors_are_known_by_their_shape(given_type: Any, kind: str, *, bot: bool) -> None:
    """T-360: whatever has an inbox is an actor; one of an unknown type is never taken for a person."""
    actor = parse_actor(person(type=given_type))

    assert (actor.kind, actor.bot) == (kind, bot)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"publicKey": pem_key()}, [f"{URI}#main-key"]),
        ({"publicKey": [pem_key(), pem_key(id=f"{URI}#second")]}, [f"{URI}#main-key", f"{URI}#second"]),
        (
            {
                "assertionMethod": [
                    {"id": f"{URI}#ed", "type": "Multikey", "controller": URI, "publicKeyMultibase": "z6Mk"}
                ]
            },
            [f"{URI}#ed"],
        ),
        (
            {
                "publicKey": pem_key(),
                "assertionMethod": {"id": f"{URI}#main-key", "controller": URI, "publicKeyMultibase": "z6Mk"},
            },
            [f"{URI}#main-key"],
        ),
        (
            {"publicKey": [pem_key(id=f"{URI}#{number}") for number in range(20)]},
            [f"{URI}#{number}" for number in range(10)],
        ),
        ({"publicKey": pem_key(owner="https://a.example/users/eve")}, []),
        ({"publicKey": pem_key(owner=None)}, []),
        ({"publicKey": pem_key(id="https://b.example/key")}, []),
        ({"publicKey": pem_key(id=None)}, []),
        ({"publicKey": pem_key(publicKeyPem=None)}, []),
        ({"publicKey": pem_key(publicKeyPem="x" * 20_000)}, []),
        ({"publicKey": f"{URI}#main-key"}, []),
        (
            {
                "assertionMethod": [
                    {"id": f"{URI}#ed", "controller": "https://b.example/users/eve", "publicKeyMultibase": "z6Mk"}
                ]
            },
            [],
        ),
    ],
)
def test_only_keys_that_belong_to_the_actor_count(change: dict[str, Any], expected: list[str]) -> None:
    """T-032, T-033: the actor lists the key, the key names the actor, and both live at one origin; at most ten."""
    assert [key.id for key in parse_actor(person(**change)).keys] == expected


def test_a_key_document_only_says_whom_to_ask() -> None:
    """T-032: a bare key, a stub and the actor itself each name the actor; a stub that lists another key names nobody."""
    assert key_owner(pem_key(), f"{URI}#main-key") == URI
    assert key_owner({"id": URI, "type": "Person", "publicKey": pem_key()}, f"{URI}#main-key") == URI
    assert key_owner(person(publicKey=pem_key()), f"{URI}#main-key") == URI

    assert key_owner(person(publicKey=pem_key()), f"{URI}#other") is None
    assert key_owner({"id": URI, "type": "Note"}, f"{URI}#main-key") is None


def test_long_profiles_are_cut_to_size() -> None:
    """T-345: limits cut, so that no profile is fetched again and again for being too long."""
    actor = parse_actor(
        person(
            name="n" * 5_000,
            summary="s" * 50_000,
            attachment=[{"type": "PropertyValue", "name": "n" * 5_000, "value": "v" * 5_000}] * 80,
            alsoKnownAs=[f"https://old.example/{number}" for number in range(400)],
        )
    )

    assert len(actor.name) == actors.MAX_NAME_CHARS
    assert len(actor.summary_html) == actors.MAX_SUMMARY_CHARS
    assert len(actor.fields) == actors.MAX_FIELDS
    assert all(len(text) == actors.MAX_FIELD_CHARS for field in actor.fields for text in field)
    assert len(actor.also_known_as) == actors.MAX_ALIASES


def test_an_actor_of_a_whole_server_is_named_after_its_host() -> None:
    """Lemmy's site has no user name, and its key must be readable all the same."""
    site = person(type="Application", preferredUsername=None)

    assert parse_actor(site).username == "a.example"


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=8)
    | st.sampled_from([URI, "https://b.example/x", "<b>x</b>", PEM, "Emoji"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["id", "type", "href", "url", "name", "value", "owner", "publicKeyPem", "icon", "sharedInbox"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)


@given(
    st.dictionaries(
        st.sampled_from(
            sorted(
                set(RemoteActor.__annotations__)
                | {*person(), "publicKey", "tag", "attachment", "icon", "endpoints", "movedTo"}
            )
        ),
        VALUES,
    )
)
@settings(max_examples=400, deadline=None)
def test_only_malformed_escapes_from_any_actor(change: dict[str, Any]) -> None:
    """Any values in any place give an actor or Malformed."""
    try:
        actor = parse_actor(person() | change)
    except Malformed:
        return

    assert actor.inbox.startswith(("https://", "http://"))
