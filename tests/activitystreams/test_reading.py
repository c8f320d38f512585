"""There is one reading of a document: where JSON-LD and plain JSON could differ, it is refused."""

import copy
import json
import socket
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fediverse.activitystreams.contexts import AS2, CONTEXT, SECURITY
from fediverse.activitystreams.reading import MAX_EXPANDED_CONTEXTS, MAX_EXPANDED_VALUES, needs_expansion, read_document
from fediverse.errors import Malformed

ME = "https://attacker.example/actor"
VICTIM = "https://victim.example/actor"


def create(context: Any, **more: Any) -> dict[str, Any]:
    """An activity that is fine but for its context and *more*."""
    return {
        "@context": context,
        "id": "https://attacker.example/1",
        "type": "Create",
        "actor": ME,
        "object": {"type": "Note"},
        **more,
    }


@pytest.mark.parametrize(
    "context",
    [
        AS2,
        [AS2],
        [AS2, SECURITY],
        CONTEXT,
        None,
        [],
        "https://unknown.example/context",
        [AS2, "https://unknown.example/context", {"@language": "und"}],
        [AS2, {"Hashtag": "as:Hashtag", "sensitive": "as:sensitive"}],
        [AS2, {"alsoKnownAs": {"@id": "as:alsoKnownAs", "@type": "@id"}, "id": "@id", "type": "@type"}],
        [AS2, {"toot": "http://joinmastodon.org/ns#", "focalPoint": {"@container": "@list", "@id": "toot:focalPoint"}}],
        [AS2, {"as": f"{AS2}#", "sec": "https://w3id.org/security#", "Key": "sec:Key", "icons": "as:icon"}],
        [AS2, {"sc": {"@id": "http://schema.org#", "@type": "@id", "@prefix": True}, "name2": "sc:name"}],
        [AS2, {"location": {"@id": "sc:location", "@type": "sc:Place"}, "sc": "http://schema.org#"}],
    ],
)
def test_contexts_that_only_add_words_are_read_as_plain_json(context: Any) -> None:
    """T-049, T-371: known contexts, unknown addresses and new words change nothing; the document is returned as it came."""
    document = create(context)

    assert read_document(document) is document


@pytest.mark.parametrize(
    "document",
    [
        create([AS2, {"fakeActor": {"@id": "as:actor", "@type": "@id"}}], fakeActor=VICTIM),
        create([AS2, {"fakeActor": "as:actor"}], fakeActor=VICTIM),
        create([AS2, {"fakeActor": "actor"}], fakeActor=VICTIM),
        create([AS2, {"p": f"{AS2}#", "fakeActor": {"@id": "p:actor", "@type": "@id"}}], fakeActor=VICTIM),
        create(
            [AS2, {"p": "https://www.w3.org/ns/activi", "fakeActor": {"@id": "p:tystreams#actor", "@type": "@id"}}],
            fakeActor=VICTIM,
        ),
        create(
            [AS2, {"p": f"{AS2}#"}, {"fakeActor": {"@id": "p:actor", "@type": "@id"}}, {"p": "https://x.example/"}],
            fakeActor=VICTIM,
        ),
        create([AS2, {"q": "p:", "p": f"{AS2}#", "fakeActor": {"@id": "q:actor", "@type": "@id"}}], fakeActor=VICTIM),
        create(AS2, **{f"{AS2}#actor": VICTIM}),
        create(AS2, **{f"{AS2}#actor": {"id": VICTIM}}),
        create(AS2, **{"as:actor": VICTIM}),
        create(AS2, **{"as:to": {"id": VICTIM}}),
        create([AS2, {"kind": "@type", "uri": "@id"}], kind="Delete"),
        create([AS2, {"uri": "@id"}], uri="https://victim.example/1"),
        {
            "@context": [AS2, {"kind": "@type", "uri": "@id"}],
            "kind": "Delete",
            "uri": "https://attacker.example/1",
            "actor": ME,
        },
        {"@context": AS2, "@id": "https://attacker.example/1", "@type": "Delete", "actor": ME, "object": VICTIM},
        create([AS2, {"Innocent": "as:Delete"}], type="Innocent"),
        create([AS2, {"Create": "as:Delete"}]),
        create([AS2, {"actor": None}]),
        create([AS2, {"actor": "as:actor"}]),
        create([AS2, {"actor": {"@id": "as:attributedTo", "@type": "@id"}}]),
        create(
            [AS2, {"actor": "https://x.example/actor", "attributedTo": {"@id": "as:actor", "@type": "@id"}}],
            attributedTo=VICTIM,
        ),
        create([AS2, {"id": "https://x.example/id"}]),
        create([AS2, {"type": "https://x.example/type"}]),
        create([AS2, {"to": "https://x.example/to"}], to=[VICTIM]),
        create([AS2, {"public": {"@id": "as:to", "@type": "@id"}}], public=f"{AS2}#Public", to=[VICTIM]),
        create([AS2, None]),
        create(AS2, object={"@context": None, "id": "https://attacker.example/2", "type": "Note"}),
        create(
            AS2,
            object={
                "@context": [AS2, {"by": {"@id": "as:attributedTo", "@type": "@id"}}],
                "type": "Note",
                "attributedTo": ME,
                "by": VICTIM,
            },
        ),
        create(
            [AS2, {"p": "https://www.w3.org/ns/"}],
            object={
                "@context": {"by": {"@id": "p:activitystreams#attributedTo", "@type": "@id"}},
                "type": "Note",
                "attributedTo": ME,
                "by": VICTIM,
            },
        ),
        create(None, **{"as:x": 1}),
        create(AS2, id=1, **{"x:y": 1}),
        create(AS2, object={"@set": [VICTIM]}),
        create("not an address", **{"x:y": 1}, to=[{"@value": 1, "@id": "x"}]),
    ],
)
def test_what_json_ld_reads_differently_is_malformed(document: dict[str, Any]) -> None:
    """T-371: a second actor, a hidden type, a moved id: whoever checked one reading would act on the other."""
    with pytest.raises(Malformed):
        read_document(document)


@pytest.mark.parametrize(
    "document",
    [
        create([AS2, {"x": {"@reverse": "as:object"}}], x={"id": "https://victim.example/1", "type": "Delete"}),
        create([AS2, {"x": {"@id": "as:object", "@container": "@graph"}}]),
        create([AS2, {"x": {"@id": "as:object", "@container": ["@index", "@set"]}}]),
        create([AS2, {"x": {"@id": "as:x", "@context": {"actor": "as:object"}}}]),
        create([AS2, {"x": "@nest", "y": {"@id": "as:actor", "@nest": "x"}}]),
        create([AS2, {"@base": "https://victim.example/"}]),
        create([AS2, {"@import": "https://victim.example/"}]),
        create([AS2, {"@propagate": False}]),
        create([AS2, 1]),
        create([AS2, {"x": 1}]),
        create([AS2, [AS2]]),
        create(AS2, **{"@graph": [{"type": "Delete"}]}),
        create(AS2, **{"@reverse": {"object": {"type": "Delete"}}}),
        create(AS2, **{"@included": [{"type": "Delete"}]}),
        create(AS2, object={"type": "Note", "tag": [{"@nest": {}}]}),
    ],
)
def test_keywords_that_restructure_are_malformed(document: dict[str, Any]) -> None:
    """T-371: nobody needs them, and each has hidden one activity inside another."""
    with pytest.raises(Malformed):
        read_document(document)


@pytest.mark.parametrize(
    "more",
    [
        {"attachment": {"@type": "Recipe", "name": "Soup"}},
        {"http://schema.org/name": "x"},
        {"content": {"@value": "hello", "@language": "en"}},
        {"to": ["as:Public", f"{AS2}#Public", "Public"], "x:y": 1},
        {"to": "as:Public", "cc": [], "x:y": 1},
        {"object": {"type": ["as:Note", "Strange"], "attributedTo": [ME], "as:foo": 1}},
        {"object": {"id": "https://attacker.example/2", "type": "Note", "x:y": 1}},
        {"endpoints": {"sharedInbox": "https://attacker.example/inbox"}, "x:y": 1},
    ],
)
def test_unusual_documents_are_compacted_to_our_words(more: dict[str, Any]) -> None:
    """T-371: what is merely unusual goes the slow way and says the same to those who decide."""
    document = create(AS2, **more)
    before = copy.deepcopy(document)

    reading = read_document(document)

    assert needs_expansion(document)
    assert (reading["id"], reading["type"], reading["actor"]) == (before["id"], before["type"], before["actor"])
    assert document == before


def test_an_alias_that_is_not_used_does_no_harm() -> None:
    """The refusals above are for the second actor, not for the context: without it the same document is read."""
    document = create([AS2, {"fakeActor": {"@id": "as:actor", "@type": "@id"}}])

    assert read_document(document)["actor"] == ME


def test_no_context_is_ever_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    """T-049: an unknown context is nothing, on the slow way too; no name is resolved and no connection opened."""

    def refuse(*arguments: object, **_: object) -> None:
        pytest.fail(f"the network was asked for {arguments}")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)

    reading = read_document(create(["https://unknown.example/context", AS2], **{"x:y": 1}))

    assert reading["actor"] == ME


@pytest.mark.parametrize(
    "document",
    [
        create(AS2, **{"x:y": 1}, tag=[{"name": "x"}] * MAX_EXPANDED_VALUES),
        create([AS2, {"@vocab": "https://x.example/"}], tag=[{"@context": [AS2]}] * MAX_EXPANDED_CONTEXTS),
        create([AS2, {"x:y": "https://x.example/"}, {f"p{i}": f"p{i + 1}:x" for i in range(900)}]),
    ],
)
def test_what_would_keep_the_processor_busy_is_malformed(document: dict[str, Any]) -> None:
    """T-370: the slow way has a budget of values and contexts, counted before any work is done."""
    with pytest.raises(Malformed):
        read_document(document)


def test_blank_nodes_in_a_clique_are_only_read() -> None:
    """T-318, T-370: the document that takes 44 s to normalise is answered without normalising; its signature is not looked at."""
    nodes = [{"id": f"_:b{i}", "x:knows": [{"id": f"_:b{j}"} for j in range(8) if j != i]} for i in range(8)]
    document = create(
        [AS2, {"x": "https://x.example/"}], tag=nodes, signature={"type": "RsaSignature2017", "signatureValue": "eA=="}
    )

    assert read_document(document)["actor"] == ME


def test_deep_documents_are_malformed_even_without_strict_json() -> None:
    """Nesting beyond the interpreter's own limit is refused, not a crash."""
    document: dict[str, Any] = {"x:y": 1}
    for _ in range(900):
        document = {"object": document}

    with pytest.raises(Malformed):
        read_document({"@context": AS2, **document})


WORDS = st.sampled_from([
    *("id", "type", "actor", "object", "to", "@id", "@type", "@context", "@graph", "as:actor", "kind", "x:y", "@list", "@value", "tag"),
])  # fmt: skip
VALUES = st.recursive(
    st.sampled_from([ME, VICTIM, "Create", "Note", "as:Note", "@id", "@type", "as:actor", AS2, "", None, 1, True, 1.5]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(WORDS, VALUES, max_size=6))
@settings(max_examples=400, deadline=None)
def test_only_malformed_escapes_and_readings_agree(document: dict[str, Any]) -> None:
    """For any document there is one reading or Malformed, and reading the reading gives the same actor and id again."""
    before = json.dumps(document)
    try:
        reading = read_document(document)
    except Malformed:
        return
    finally:
        assert json.dumps(document) == before

    assert reading.get("id") == document.get("id")
