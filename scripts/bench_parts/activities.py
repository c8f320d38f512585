"""What the senders send: 70 % Create, 15 % Like, 10 % Announce, 5 % Follow, as Mastodon writes them, each with its own id."""

import json
import random
from collections.abc import Sequence
from datetime import UTC, datetime

from fediverse.activitystreams.values import PUBLIC
from scripts.bench_parts.world import Person, Sender

CONTEXT = [
    "https://www.w3.org/ns/activitystreams",
    {
        "ostatus": "http://ostatus.org#",
        "atomUri": "ostatus:atomUri",
        "inReplyToAtomUri": "ostatus:inReplyToAtomUri",
        "conversation": "ostatus:conversation",
        "sensitive": "as:sensitive",
        "toot": "http://joinmastodon.org/ns#",
        "votersCount": "toot:votersCount",
    },
]
WORDS = [
    "the",
    "board",
    "met",
    "in",
    "Lyon",
    "and",
    "Hamburg",
    "to",
    "look",
    "at",
    "what",
    "changed",
    "since",
    "spring",
    "le",
    "comité",
    "a",
    "validé",
    "le",
    "calendrier",
    "des",
    "travaux",
    "and",
    "asks",
    "everybody",
    "who",
    "has",
    "seen",
    "the",
    "drawings",
    "to",
    "answer",
    "before",
    "Friday",
]


def mixed(senders: Sequence[Sender], people: Sequence[Person], count: int, seed: int = 7) -> list[tuple[str, bytes]]:
    """*count* activities as (key id, body), in a random order that is the same each time."""
    chance = random.Random(seed)
    likes = _pairs(chance, senders, [uri for person in people for uri in person.post_uris], count * 15 // 100)
    boosts = _pairs(chance, senders, [uri for person in people for uri in person.post_uris], count * 10 // 100)
    follows = _pairs(chance, senders, [person.uri for person in people], count * 5 // 100)
    made = [
        *(_like(sender, uri, number) for number, (sender, uri) in enumerate(likes)),
        *(_announce(sender, uri, number) for number, (sender, uri) in enumerate(boosts)),
        *(_follow(sender, uri, number) for number, (sender, uri) in enumerate(follows)),
    ]
    made += [_create(chance, chance.choice(senders), people, number) for number in range(count - len(made))]
    chance.shuffle(made)
    return [(key_id, json.dumps(document).encode()) for key_id, document in made]


def _pairs(
    chance: random.Random, senders: Sequence[Sender], uris: Sequence[str], count: int
) -> list[tuple[Sender, str]]:
    """Different pairs, so that each activity has something to do."""
    numbers = chance.sample(range(len(senders) * len(uris)), count)
    return [(senders[number % len(senders)], uris[number // len(senders)]) for number in numbers]


def _create(
    chance: random.Random, sender: Sender, people: Sequence[Person], number: int
) -> tuple[str, dict[str, object]]:
    """A public post of some 200 characters; a third names somebody here, a third has a tag, a fifth answers a post of somebody here."""
    uri = f"{sender.uri}/statuses/{number}"
    text = " ".join(chance.choices(WORDS, k=35))
    cc = [f"{sender.uri}/followers"]
    tags: list[dict[str, str]] = []
    answered = None
    if chance.random() < 1 / 3:
        named = chance.choice(people)
        name = named.uri.rpartition("/")[2]
        text = (
            f'<span class="h-card"><a href="{named.uri}" class="u-url mention">@<span>{name}</span></a></span> {text}'
        )
        tags.append({"type": "Mention", "href": named.uri, "name": f"@{name}@{named.uri.split('/')[2]}"})
        cc.append(named.uri)
    if chance.random() < 1 / 3:
        tag = chance.choice(("lyon", "meeting", "welcome", "budget", "drawings"))
        text += f' <a href="http://{uri.split("/")[2]}/tags/{tag}" class="mention hashtag" rel="tag">#<span>{tag}</span></a>'
        tags.append({"type": "Hashtag", "href": f"http://{uri.split('/')[2]}/tags/{tag}", "name": f"#{tag}"})
    if chance.random() < 1 / 5:
        answered = chance.choice(chance.choice(people).post_uris)
    published = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    note = {
        "id": uri,
        "type": "Note",
        "summary": None,
        "inReplyTo": answered,
        "published": published,
        "url": f"{sender.uri.replace('/users/', '/@')}/{number}",
        "attributedTo": sender.uri,
        "to": [PUBLIC],
        "cc": cc,
        "sensitive": False,
        "atomUri": uri,
        "inReplyToAtomUri": answered,
        "conversation": f"tag:{uri.split('/')[2]},2026:objectId={number}:objectType=Conversation",
        "content": f"<p>{text}</p>",
        "contentMap": {"en": f"<p>{text}</p>"},
        "attachment": [],
        "tag": tags,
        "replies": {
            "id": f"{uri}/replies",
            "type": "Collection",
            "first": {"type": "CollectionPage", "next": f"{uri}/replies?only_other_accounts=true&page=true", "partOf": f"{uri}/replies", "items": []},
        },
    }  # fmt: skip
    return sender.key_id, {
        "@context": CONTEXT, "id": f"{uri}/activity", "type": "Create", "actor": sender.uri, "published": published, "to": [PUBLIC], "cc": cc,
        "object": note,
    }  # fmt: skip


def _like(sender: Sender, post_uri: str, number: int) -> tuple[str, dict[str, object]]:
    return sender.key_id, _plain("Like", sender, f"likes/{number}") | {"object": post_uri}


def _announce(sender: Sender, post_uri: str, number: int) -> tuple[str, dict[str, object]]:
    return sender.key_id, _plain("Announce", sender, f"boosts/{number}") | {
        "object": post_uri,
        "published": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "to": [PUBLIC],
        "cc": [f"{sender.uri}/followers", post_uri.partition("/posts/")[0]],
    }


def _follow(sender: Sender, person_uri: str, number: int) -> tuple[str, dict[str, object]]:
    return sender.key_id, _plain("Follow", sender, f"follows/{number}") | {"object": person_uri}


def _plain(kind: str, sender: Sender, name: str) -> dict[str, object]:
    return {
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": f"{sender.uri}#{name}",
        "type": kind,
        "actor": sender.uri,
    }
