"""The streams by their names: what a client subscribes to, which scope that takes, and where a post is shown."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from fediverse.errors import Malformed
from fediverse.ids import LARGEST_ID
from fediverse.queries.filters import FilterContext
from fediverse.queries.streaming import Place
from fediverse.text.tags import fold_tag

_SCOPES = {
    "user": "read:statuses",
    "user:notification": "read:notifications",
    "public": "read:statuses",
    "public:media": "read:statuses",
    "public:local": "read:statuses",
    "public:local:media": "read:statuses",
    "public:remote": "read:statuses",
    "public:remote:media": "read:statuses",
    "hashtag": "read:statuses",
    "hashtag:local": "read:statuses",
    "list": "read:lists",
    "direct": "read:statuses",
}
PERSONAL = ("user", "user:notification", "direct")
PUBLIC = tuple(name for name in _SCOPES if name.startswith("public"))
HASHTAG = ("hashtag", "hashtag:local")
MAX_TAG_CHARACTERS = 255

Key = tuple[str, str | int]
"""What happens is looked up by this: the name of a stream with the folded tag, the list's id, or the person's account."""


@dataclass(frozen=True, slots=True)
class Topic:
    """*words* name it in each frame, a tag as the client wrote it: masto.js compares it with what it asked for."""

    name: str
    key: Key
    words: tuple[str, ...]

    @property
    def scope(self) -> str:
        return _SCOPES[self.name]

    @property
    def list_id(self) -> int | None:
        return int(self.key[1]) if self.name == "list" else None

    @property
    def context(self) -> FilterContext:
        """Where the person's filters take it to be shown."""
        return "home" if self.name in {"user", "list", "direct"} else "public"


def topic(name: object, account_id: int, *, tag: object = None, list_id: object = None) -> Topic:
    """What somebody asked for. Raises Malformed for a stream that does not exist, a tag that is empty, a list that has no number."""
    if not isinstance(name, str) or name not in _SCOPES:
        raise Malformed("Unknown stream type")
    if name in HASHTAG:
        written = tag.strip().removeprefix("#") if isinstance(tag, str) else ""
        if not written or len(written) > MAX_TAG_CHARACTERS:
            raise Malformed("Missing tag name parameter")
        return Topic(name, (name, fold_tag(written)), (name, str(tag)))
    if name == "list":
        number = str(list_id) if isinstance(list_id, str | int) else ""
        if not (number.isascii() and number.isdigit()) or int(number) > LARGEST_ID:
            raise Malformed("Missing list name parameter")
        return Topic(name, (name, int(number)), (name, number))
    return Topic(name, (name, account_id if name in PERSONAL else ""), (name,))


def public_keys(at: Place) -> Iterator[Key]:
    """The streams that everybody has, on which a public post is shown."""
    where: Literal["local", "remote"] = "local" if at.local else "remote"
    for name in ("public", f"public:{where}"):
        yield name, ""
        if at.media:
            yield f"{name}:media", ""
    for tag in sorted(at.tags):
        yield "hashtag", tag
        if at.local:
            yield "hashtag:local", tag
