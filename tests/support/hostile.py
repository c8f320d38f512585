"""What an allowed server may send to make a node contact another one: every kind of activity, with addresses of the other host in every field, in every shape."""

from collections.abc import Iterator
from itertools import cycle

from tests.federation.scripted import AS2, JSON, PUBLIC, Actor

KEY_FIELDS = frozenset({"actor", "object", "target", "inReplyTo", "attributedTo", "tag", "attachment", "icon", "id"})
ACTIVITY_FIELDS = (
    "id", "actor", "object", "target", "origin", "result", "instrument", "to", "cc", "bto", "bcc", "audience", "inReplyTo", "context",
    "conversation", "attachment", "tag", "url", "icon", "image", "generator", "location", "preview", "replies", "likes", "shares",
    "attributedTo", "@context", "proof", "signature", "quoteUri",
)  # fmt: skip
POST_FIELDS = (
    "id", "attributedTo", "to", "cc", "audience", "inReplyTo", "context", "conversation", "attachment", "tag", "url", "icon", "image",
    "generator", "location", "preview", "replies", "likes", "shares", "quote", "quoteUri", "quoteUrl", "_misskey_quote", "quoteAuthorization",
    "interactionPolicy", "content", "source", "proof",
)  # fmt: skip
ACTOR_FIELDS = (
    "id", "inbox", "outbox", "followers", "following", "featured", "featuredTags", "endpoints", "publicKey", "assertionMethod", "icon", "image",
    "url", "movedTo", "alsoKnownAs", "attachment", "tag", "webfinger", "generator", "implements", "members", "attributedTo", "moderators",
    "streams", "proof",
)  # fmt: skip


class Elsewhere:
    """The host that must not be contacted, and the things that are said to live there. *origin* is `http://name:port`."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self.host = origin.removeprefix("http://")
        self.actor = f"{origin}/users/mallet"
        self.note = f"{origin}/users/mallet/notes/1"
        self.image = f"{origin}/cat.png"

    def spellings(self) -> list[str]:
        """Its addresses as people and programs may write them."""
        upper = self.origin.upper().replace("HTTP", "http")
        return [
            self.actor,
            self.note,
            f"@mallet@{self.host}",
            f"acct:mallet@{self.host}",
            f"{upper}/users/mallet",
            f"http://friendly.localhost:9001@{self.host}/users/mallet",
            f"https://{self.host}/users/mallet",
            self.host,
        ]

    def shapes(self) -> list[object]:
        """An address, a post, an actor, and a list that begins well."""
        return [
            self.note,
            {
                "type": "Note",
                "id": self.note,
                "attributedTo": self.actor,
                "content": "x",
                "to": PUBLIC,
                "url": self.note,
            },
            self.person(),
            [PUBLIC, self.actor, self.note],
            {"type": "Link", "href": self.note, "rel": "https://www.w3.org/ns/activitystreams#quote"},
            {"type": "Collection", "id": self.note, "first": self.note, "items": [self.note]},
        ]

    def person(self) -> JSON:
        return {
            "type": "Person",
            "id": self.actor,
            "preferredUsername": "mallet",
            "inbox": f"{self.actor}/inbox",
            "outbox": f"{self.actor}/outbox",
            "icon": {"type": "Image", "url": self.image},
        }

    def particular(self, name: str) -> list[object]:
        """Shapes that only this field has."""
        tags = [
            {"type": "Mention", "href": self.actor, "name": f"@mallet@{self.host}"},
            {"type": "Hashtag", "href": f"{self.origin}/tags/x", "name": "#x"},
            {"type": "Emoji", "id": f"{self.origin}/e", "name": ":evil:", "icon": {"type": "Image", "url": self.image}},
        ]
        image = {"type": "Image", "url": self.image, "mediaType": "image/png", "name": "x"}
        html = f'<p><a href="{self.note}">x</a><img src="{self.image}"> @mallet@{self.host} :evil:</p>'
        key = {"id": f"{self.actor}#main-key", "owner": self.actor, "publicKeyPem": "x"}
        multikey = {"id": f"{self.actor}#e", "type": "Multikey", "controller": self.actor, "publicKeyMultibase": "z6Mk"}
        proof = {
            "type": "DataIntegrityProof",
            "cryptosuite": "eddsa-jcs-2022",
            "created": "2026-11-23T12:00:00Z",
            "verificationMethod": f"{self.actor}#ed25519-key",
            "proofPurpose": "assertionMethod",
            "proofValue": "z3FXQjecWufY46yg5abdVZsXqLhxhueuSoZgNSARiKBk9czhSePTFehP8c3PGfb6a22gkfUKods5D2UAUL5n2Brbx",
        }
        signature = {"type": "RsaSignature2017", "creator": f"{self.actor}#main-key", "signatureValue": "eA=="}
        known: dict[str, list[object]] = {
            "tag": [tags],
            "attachment": [
                [image],
                [{"type": "Link", "href": self.note}],
                [{"type": "PropertyValue", "name": "x", "value": html}],
            ],
            "icon": [image],
            "image": [image],
            "content": [html],
            "source": [{"content": f"@mallet@{self.host} {self.note}", "mediaType": "text/plain"}],
            "endpoints": [{"sharedInbox": f"{self.origin}/inbox", "proxyUrl": self.origin}],
            "publicKey": [key],
            "assertionMethod": [[multikey], f"{self.actor}#ed25519-key"],
            "proof": [proof],
            "signature": [signature],
            "webfinger": [f"mallet@{self.host}"],
            "@context": [[AS2, f"{self.origin}/context"], [AS2, {"evil": f"{self.origin}/ns#"}]],
        }
        return known.get(name, [])


def activities(kind: str, erin: Actor, frank: Actor, ours: str, post: str, elsewhere: Elsewhere) -> Iterator[JSON]:
    """Activities of *kind* by erin, each with one field that names the other host. *ours* is a person of the node, *post* what that person wrote."""
    number = 0
    for base in _usual(kind, erin, frank, ours, post):
        for changed in _with_each_field(base, erin, elsewhere):
            number += 1
            yield {"id": f"{erin.uri}/hostile/{kind}/{number}", **changed}


def _with_each_field(base: JSON, erin: Actor, elsewhere: Elsewhere) -> Iterator[JSON]:
    yield from _changed(base, ACTIVITY_FIELDS, elsewhere)
    inner = base["object"]
    if isinstance(inner, dict):
        fields = ACTOR_FIELDS if "inbox" in inner else POST_FIELDS if inner["type"] == "Note" else ACTIVITY_FIELDS
        for number, changed in enumerate(_changed(inner, fields, elsewhere)):
            if changed.get("id") == inner.get("id") == f"{erin.uri}/notes/500":
                changed = {**changed, "id": f"{erin.uri}/notes/{1000 + number}"}  # noqa: PLW2901 - a new post each
            yield {**base, "object": changed}


def _changed(document: JSON, fields: tuple[str, ...], elsewhere: Elsewhere) -> Iterator[JSON]:
    """*document* with one of *fields* changed: those that lead somewhere in every shape, the others in one after the other."""
    turns = cycle(elsewhere.shapes())
    for name in fields:
        shapes = elsewhere.shapes() if name in KEY_FIELDS else [next(turns)]
        for shape in [*shapes, *elsewhere.particular(name)]:
            yield {**document, name: shape}


def _usual(kind: str, erin: Actor, frank: Actor, ours: str, post: str) -> list[JSON]:
    """Good activities of *kind*, without ids. Raises KeyError for a kind that nobody thought of here."""
    follow = {"type": "Follow", "id": f"{ours}/follows/1", "actor": ours, "object": erin.uri}
    like = {"type": "Like", "id": f"{erin.uri}/activities/7", "actor": erin.uri, "object": post}
    note = erin.note(500)
    objects: dict[str, list[JSON]] = {
        "Accept": [{"object": follow}, {"object": f"{ours}/follows/1"}],
        "Add": [{"object": f"{erin.uri}/notes/1", "target": f"{erin.uri}/featured"}],
        "Announce": [{"object": f"{erin.uri}/notes/1", "to": PUBLIC}, {"object": post, "to": PUBLIC}],
        "Block": [{"object": ours}],
        "Create": [{"object": note, "to": PUBLIC, "cc": erin.followers}],
        "Delete": [{"object": {"type": "Tombstone", "id": f"{erin.uri}/notes/400"}}],
        "Flag": [{"object": [post], "content": "x"}],
        "Follow": [{"object": ours}],
        "Invite": [{"object": erin.uri, "target": ours, "to": [ours]}],
        "Like": [{"object": post}],
        "Move": [{"object": erin.uri, "target": frank.uri}],
        "QuoteRequest": [{"object": post, "instrument": f"{erin.uri}/notes/1"}],
        "Reject": [{"object": follow}],
        "Remove": [{"object": f"{erin.uri}/notes/1", "target": f"{erin.uri}/featured"}],
        "Undo": [{"object": like}, {"object": {**like, "type": "Announce"}}],
        "Update": [{"object": {**note, "updated": "2026-11-23T12:00:00Z"}}, {"object": erin.document()}],
    }
    return [{"@context": AS2, "type": kind, "actor": erin.uri, **base} for base in objects[kind]]


# ── what is no address at all ─────────────────────────────────────────────────────────────────────

ODD: tuple[object, ...] = (
    None, True, False, 0, -1, 2**53, 10**30, 1.5, -0.0, 1e308, "", " ", "\u0000", "\u202e", "\ud800", "\ud7ff", "x" * 70_000, "a" * 2_000 + ":", "http://",
    "http:///x", "https://[::1", "http://0x7f.1/", "urn:x", "data:,x", "javascript:alert(1)", [], {}, [[]], [None], [{}], [1, "x"], {"id": []},
    {"id": {}}, {"id": 1}, {"type": []}, {"type": [1]}, {"type": {}}, {"@value": "x"}, {"@id": "x"}, {"@list": ["x"]}, {"en": "x"}, {"en": 1},
    "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-13-45", "-5", "now",
    "\U0001f600" * 500, "<" * 5_000, "<p>" * 500, "&" * 5_000, "#" * 5_000, "@" * 5_000, "😀@x", "\r\n\r\n", "%00", "' OR 1=1 --", "../" * 20,
)  # fmt: skip
ODD_FIELDS = (
    *ACTIVITY_FIELDS, *POST_FIELDS, *ACTOR_FIELDS, "type", "name", "summary", "content", "contentMap", "nameMap", "published", "updated", "startTime",
    "endTime", "sensitive", "language", "duration", "width", "height", "blurhash", "focalPoint", "mediaType", "preferredUsername", "votersCount",
    "oneOf", "anyOf", "closed", "discoverable", "indexable", "manuallyApprovesFollowers", "formerType", "deleted",
)  # fmt: skip


def oddities(kind: str, erin: Actor, frank: Actor, ours: str, post: str, turns: Iterator[object]) -> Iterator[JSON]:
    """Good activities of *kind* with one field that is not what belongs there: on the outside, and inside the object, its attachments and its tags."""
    number = 0
    for base in _usual(kind, erin, frank, ours, post):
        for name in dict.fromkeys(ODD_FIELDS):
            number += 1
            odd = next(turns)
            inner = base["object"]
            if isinstance(inner, dict) and number % 4:
                inside: JSON = (
                    {**inner, "id": f"{erin.uri}/notes/{kind}{number}"} if inner["type"] == "Note" else dict(inner)
                )
                if number % 4 == 2 and inner["type"] == "Note":
                    media = {"type": "Image", "url": f"{erin.uri}/x.png", "mediaType": "image/png", name: odd}
                    inside |= {"attachment": [media], "tag": [{"type": "Hashtag", "name": "#x", name: odd}]}
                else:
                    inside[name] = odd
                changed = {**base, "object": inside}
            else:
                changed = {**base, name: odd}
            yield {"id": f"{erin.uri}/odd/{kind}/{number}", **changed}
