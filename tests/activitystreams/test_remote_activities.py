"""Activities of other servers become `Activity`, with one type and one actor, or Malformed."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fediverse.activitystreams.activities import parse_activity
from fediverse.activitystreams.values import PUBLIC
from fediverse.errors import Malformed

ANA, BOB = "https://a.example/users/ana", "https://b.example/users/bob"
NOTE = {"id": "https://a.example/notes/1", "type": "Note"}


def like(**more: Any) -> dict[str, Any]:
    """The least that an activity needs, and *more*."""
    return {"id": "https://a.example/1", "type": "Like", "actor": ANA, "object": "https://b.example/notes/1"} | more


@pytest.mark.parametrize(
    "change",
    [
        {"actor": None},
        {"actor": 1},
        {"actor": []},
        {"actor": [ANA, BOB]},
        {"actor": [[ANA]]},
        {"actor": {}},
        {"actor": {"id": 1}},
        {"actor": "ana"},
        {"actor": "as:Public"},
        {"actor": PUBLIC},
        {"actor": "https://user@a.example/users/ana"},
        {"type": None},
        {"type": []},
        {"type": 1},
        {"type": ["Like", "Delete"]},
        {"id": 1},
        {"id": ["https://a.example/1"]},
        {"object": 1},
        {"object": True},
        {"object": [1]},
        {"object": {"id": 1}},
        {"target": 1},
        {"target": [ANA, BOB]},
        {"to": {"id": False}},
        {"inbox": f"{ANA}/inbox"},
        {"orderedItems": []},
        {"href": ANA},
    ],
)
def test_an_activity_that_could_be_two_things_is_malformed(change: dict[str, Any]) -> None:
    """T-314, T-360: two actors, two types, ids of a wrong type, another shape."""
    assert parse_activity(like())

    with pytest.raises(Malformed):
        parse_activity(like(**change))


@pytest.mark.parametrize("actor", [ANA, [ANA], {"id": ANA, "type": "Person"}, [{"id": ANA}], [ANA, ANA]])
def test_one_actor_may_come_in_many_shapes(actor: Any) -> None:
    """T-051: a string, an object, a list of one."""
    assert parse_activity(like(actor=actor)).actor == ANA


@pytest.mark.parametrize(
    ("objects", "object_id", "embedded"),
    [
        ("https://a.example/notes/1", "https://a.example/notes/1", None),
        (["https://a.example/notes/1"], "https://a.example/notes/1", None),
        (NOTE, "https://a.example/notes/1", NOTE),
        ([NOTE], "https://a.example/notes/1", NOTE),
        ({"type": "Note"}, None, {"type": "Note"}),
        ([NOTE, {"type": "Note"}], None, None),
        (["https://a.example/1", "https://a.example/2"], None, None),
        (None, None, None),
    ],
)
def test_the_object_is_named_or_embedded(objects: Any, object_id: str | None, embedded: dict[str, Any] | None) -> None:
    """Where there are several, none of them is *the* object: whoever expects one finds nothing."""
    activity = parse_activity(like(object=objects))

    assert (activity.object_id, activity.object) == (object_id, embedded)


def test_several_objects_are_all_listed() -> None:
    """Flag names a list of posts, and votes come several to one Create."""
    activity = parse_activity(like(type="Flag", object=[BOB, NOTE]))

    assert activity.object_ids == (BOB, "https://a.example/notes/1")
    assert activity.embedded == (NOTE,)


def test_addressing_is_read_and_blind_addressees_are_not() -> None:
    """T-050, T-090: Public in one spelling; `bto` and `bcc` are left where they are."""
    activity = parse_activity(
        like(to="Public", cc=[ANA, "as:Public"], audience={"id": BOB}, bto=["https://secret.example/1"], bcc=[BOB])
    )

    assert (activity.to, activity.cc, activity.audience) == ((PUBLIC,), (ANA, PUBLIC), (BOB,))
    assert "bto" in activity.raw


def test_an_activity_without_an_id_is_read() -> None:
    """Some are not meant to be found again; what may be done without an id is the receiver's to say."""
    assert parse_activity(like(id=None)).id is None


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6) | st.sampled_from([ANA, BOB, "Like", PUBLIC]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "type", "actor", "object"]), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(
    st.dictionaries(
        st.sampled_from([*like(), "to", "cc", "audience", "target", "published", "inbox", "first"]), VALUES, max_size=5
    )
)
@settings(max_examples=400, deadline=None)
def test_only_malformed_escapes_from_any_activity(change: dict[str, Any]) -> None:
    """Any values in any place give one actor and one type, or Malformed."""
    try:
        activity = parse_activity(like() | change)
    except Malformed:
        return

    assert activity.actor in {ANA, BOB}
