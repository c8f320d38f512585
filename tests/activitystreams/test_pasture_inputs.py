"""The objects of fediverse-pasture-inputs (MIT, Helge Krueger), each through our door: a clean post or a plain refusal."""

import json
import sys
from types import ModuleType
from typing import Any

import pytest

from fediverse.activitystreams.objects import parse_post
from fediverse.activitystreams.reading import read_document
from fediverse.activitystreams.strict_json import parse
from fediverse.errors import Malformed
from fediverse.text.sanitise import clean_html

# The data names one class of a package that needs a whole server; a name is all it takes.
_entry = ModuleType("fediverse_pasture.runner.entry")
_entry.Entry = object  # type: ignore[attr-defined]
sys.modules.setdefault("fediverse_pasture", ModuleType("fediverse_pasture"))
sys.modules.setdefault("fediverse_pasture.runner", ModuleType("fediverse_pasture.runner"))
sys.modules.setdefault("fediverse_pasture.runner.entry", _entry)

from fediverse_pasture_inputs import available  # type: ignore[import-untyped]  # noqa: E402

BASE = {
    "@context": "https://www.w3.org/ns/activitystreams",
    "type": "Note",
    "id": "http://pasture-one-actor/object/1",
    "attributedTo": "http://pasture-one-actor/actor",
    "to": ["as:Public"],
    "published": "2024-01-06T13:11:45Z",
}
# What is no post: nobody wrote it, it has no name of its own, or it is of a kind that nobody could read.
REFUSED = {
    ("necessary_properties", "without id"),
    ("necessary_properties", "without attributedTo"),
    ("necessary_properties", "without type"),
    ("object_types", "Relationship"),
    ("object_types", "Tombstone"),
    ("object_types", "None"),
}
EXAMPLES = [
    (name, number, example) for name, data in sorted(available.items()) for number, example in enumerate(data.examples)
]


def test_all_the_examples_are_here() -> None:
    """A release with fewer objects would test less than it seems."""
    assert len(EXAMPLES) >= 262


@pytest.mark.parametrize(
    ("name", "number", "example"), EXAMPLES, ids=[f"{name}-{number}" for name, number, _ in EXAMPLES]
)
def test_every_object_becomes_a_clean_post_or_is_refused(name: str, number: int, example: dict[str, Any]) -> None:
    """T-325: no object of the collection gets past the sanitiser or breaks the parser, and each refusal is a known one."""
    body = json.dumps(BASE | example).encode()
    refused = {(name, str(example.get("content"))), (name, str(example.get("type")))} & REFUSED

    try:
        post = parse_post(read_document(parse(body)))
    except Malformed:
        assert refused
        return

    assert not refused
    assert clean_html(post.content_html) == post.content_html
    assert not {"<script", "<img", "<audio", "<video", "<h1", "onclick", "javascript:"}.intersection(
        post.content_html.split()
    )
