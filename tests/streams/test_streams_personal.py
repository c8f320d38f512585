"""What is made once for many is shown only to those for whom it looks the same: marks, filters and quotes are each viewer's own."""

from typing import Any

import pytest

from tests.streams.listening import Listening, asked, follow, listening, posted
from tests.support.processes import ServedNode, ServedPerson

MARKS = ("favourited", "reblogged", "bookmarked", "muted", "pinned", "filtered")


def as_asked(person: ServedPerson, status_id: str) -> dict[str, Any]:
    """The status as the person gets it by asking."""
    status: dict[str, Any] = asked(person, "GET", f"/api/v1/statuses/{status_id}")
    return status


def edited(client: Listening) -> dict[str, Any]:
    """The next edit; what else comes is passed over."""
    while (frame := client.next()).event != "status.update":
        pass
    payload: dict[str, Any] = frame.payload
    return payload


def without_signatures(value: Any) -> Any:
    """Links to files carry a signature of the moment."""
    if isinstance(value, dict):
        return {key: without_signatures(one) for key, one in value.items()}
    if isinstance(value, list):
        return [without_signatures(one) for one in value]
    return value.partition("?t=")[0] if isinstance(value, str) else value


@pytest.mark.parametrize("deed", ["favourite", "reblog", "bookmark", "mute"])
def test_what_one_viewer_did_is_not_shown_to_another(acme: ServedNode, deed: str) -> None:
    """The one who did it sees it marked, the other does not, the author's is the author's: as each would be answered."""
    author, doer, other = acme.newcomer("author"), acme.newcomer("doer"), acme.newcomer("other")
    follow(doer, author)
    follow(other, author)
    status = posted(author, "First")
    asked(doer, "POST", f"/api/v1/statuses/{status['id']}/{deed}")

    with (
        listening(acme, doer.token, "user") as for_doer,
        listening(acme, other.token, "user") as for_other,
        listening(acme, author.token, "user") as for_author,
    ):
        asked(author, "PUT", f"/api/v1/statuses/{status['id']}", json={"status": "Second"})
        shown = {
            person: edited(client) for person, client in ((doer, for_doer), (other, for_other), (author, for_author))
        }
        marked = {name for name in MARKS if shown[doer].get(name) != shown[other].get(name)}

    assert len(marked) == 1
    for person, payload in shown.items():
        assert without_signatures(payload) == without_signatures(as_asked(person, status["id"]))


def test_a_filter_marks_the_post_for_its_owner_alone(acme: ServedNode) -> None:
    """Both follow the author; one of them filters the word, in that context."""
    author, strict, easy = acme.newcomer("author"), acme.newcomer("strict"), acme.newcomer("easy")
    follow(strict, author)
    follow(easy, author)
    words = {"title": "Noise", "context": ["home"], "keywords_attributes": [{"keyword": "lottery"}]}
    asked(strict, "POST", "/api/v2/filters", json=words)

    with (
        listening(acme, strict.token, "user", "public:local") as for_strict,
        listening(acme, easy.token, "user") as for_easy,
    ):
        posted(author, "The lottery again")
        both = {tuple(frame.stream): frame.payload["filtered"] for frame in for_strict.take(2)}
        plain = for_easy.next().payload["filtered"]

    assert [match["filter"]["title"] for match in both["user",]] == ["Noise"]
    assert both["public:local",] == []
    assert plain == []


def test_a_conversation_is_marked_by_its_viewers_filters(acme: ServedNode) -> None:
    """Both are named in it; one of them filters the word, and gets the frame as asking for the conversations would answer."""
    author, strict, easy = acme.newcomer("author"), acme.newcomer("strict"), acme.newcomer("easy")
    words = {"title": "Noise", "context": ["public"], "keywords_attributes": [{"keyword": "lottery"}]}
    asked(strict, "POST", "/api/v2/filters", json=words)

    with listening(acme, strict.token, "direct") as for_strict, listening(acme, easy.token, "direct") as for_easy:
        posted(author, f"@{strict.username} @{easy.username} the lottery again", "direct")
        marked, plain = for_strict.next().payload["last_status"], for_easy.next().payload["last_status"]

    [conversation] = asked(strict, "GET", "/api/v1/conversations")
    assert [match["filter"]["title"] for match in marked["filtered"]] == ["Noise"]
    assert marked["filtered"] == conversation["last_status"]["filtered"]
    assert plain["filtered"] == []


def test_a_vote_is_its_voters_alone(acme: ServedNode) -> None:
    """The boost of a poll comes to both; who voted for what stands in the voter's own, the totals in neither's but as each would be answered."""
    author, booster, voter, other = (acme.newcomer(name) for name in ("author", "booster", "voter", "other"))
    follow(voter, booster)
    follow(other, booster)
    status = posted(author, "Tea or coffee?", poll={"options": ["Tea", "Coffee"], "expires_in": 3600})
    asked(voter, "POST", f"/api/v1/polls/{status['poll']['id']}/votes", json={"choices": [1]})

    with listening(acme, voter.token, "user") as for_voter, listening(acme, other.token, "user") as for_other:
        asked(booster, "POST", f"/api/v1/statuses/{status['id']}/reblog")
        voted, plain = (client.next().payload["reblog"]["poll"] for client in (for_voter, for_other))

    assert (voted["voted"], voted["own_votes"]) == (True, [1])
    assert (plain["voted"], plain["own_votes"]) == (False, [])


def test_a_quote_is_shown_to_those_who_may_see_what_is_quoted(acme: ServedNode) -> None:
    """Whom the quoted author blocked gets the same post without it."""
    author, quoted, friend, blocked = (acme.newcomer(name) for name in ("author", "quoted", "friend", "blocked"))
    for reader in (friend, blocked):
        follow(reader, author)
    original = posted(quoted, "Quote me", quote_approval_policy="public")
    asked(quoted, "POST", f"/api/v1/accounts/{blocked.id}/block")

    with listening(acme, friend.token, "user") as for_friend, listening(acme, blocked.token, "user") as for_blocked:
        posted(author, "Look", quoted_status_id=original["id"])
        shown, hidden = for_friend.next().payload["quote"], for_blocked.next().payload["quote"]

    assert shown["quoted_status"]["id"] == original["id"]
    assert hidden["quoted_status"] is None
