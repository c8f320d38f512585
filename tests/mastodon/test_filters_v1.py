"""Filters as clients know them that were written before they had several keywords (reference: client API, section 2.4)."""

from typing import Any

import pytest

from tests.support.journeys import asked, posted
from tests.support.nodes import Person

JSON = dict[str, Any]
WISH: JSON = {"phrase": "paint", "context": ["home", "public"], "irreversible": True, "whole_word": True}


async def test_a_filter_is_made_read_changed_and_deleted(alice: Person) -> None:
    """Pinafore's four calls. What cannot be undone there is a filter that hides, here."""
    first = await asked(alice, "POST", "/api/v1/filters", json=WISH)
    path = f"/api/v1/filters/{first['id']}"
    shown, listed = await asked(alice, "GET", path), await asked(alice, "GET", "/api/v1/filters")
    changed = await asked(alice, "PUT", path, json=WISH | {"phrase": "primer", "irreversible": False, "expires_in": 60})
    [whole] = await asked(alice, "GET", "/api/v2/filters")
    gone = await asked(alice, "DELETE", path)

    assert first == WISH | {"id": first["id"], "expires_at": None}
    assert (shown, listed) == (first, [first])
    assert (changed["id"], changed["phrase"], changed["irreversible"]) == (first["id"], "primer", False)
    assert (whole["filter_action"], whole["keywords"][0]["keyword"]) == ("warn", "primer")
    assert changed["expires_at"] is not None
    assert (gone, await asked(alice, "GET", "/api/v1/filters")) == ({}, [])
    await asked(alice, "GET", path, 404)


@pytest.mark.parametrize("fault", [{"phrase": ""}, {"context": []}, {"context": ["moon"]}])
async def test_what_cannot_be_a_filter_is_refused(alice: Person, fault: JSON) -> None:
    """422 and nothing kept; the twin without the fault is above."""
    await asked(alice, "POST", "/api/v1/filters", 422, json=WISH | fault)

    assert await asked(alice, "GET", "/api/v2/filters") == []


async def test_each_keyword_is_a_filter(alice: Person) -> None:
    """Those of one filter share where and how; changing that for one would change it for the other, and is refused."""
    wish = {"title": "Quiet", "context": ["home"], "keywords_attributes": [{"keyword": "paint"}, {"keyword": "brush"}]}
    await asked(alice, "POST", "/api/v2/filters", json=wish)
    first, second = await asked(alice, "GET", "/api/v1/filters")
    path = f"/api/v1/filters/{first['id']}"

    changed = await asked(alice, "PUT", path, json=first | {"phrase": "primer"})
    await asked(alice, "PUT", path, 422, json=first | {"context": ["public"]})
    await asked(alice, "PUT", path, 422, json=first | {"irreversible": True, "phrase": "no"})
    await asked(alice, "DELETE", path)

    assert [first["phrase"], second["phrase"]] == ["paint", "brush"]
    assert changed == first | {"phrase": "primer"}
    assert await asked(alice, "GET", "/api/v1/filters") == [second]


async def test_a_filter_of_the_first_version_marks_statuses(alice: Person, carol: Person) -> None:
    """Clients of the second read it there; the same words without a filter are not marked."""
    await posted(carol, "Wet paint")
    [before] = await asked(alice, "GET", "/api/v1/timelines/public")
    await asked(
        alice, "POST", "/api/v1/filters", data={"phrase": "paint", "context[]": "public", "irreversible": "true"}
    )

    [after] = await asked(alice, "GET", "/api/v1/timelines/public")

    assert before["filtered"] == []
    assert after["filtered"][0]["filter"]["filter_action"] == "hide"
