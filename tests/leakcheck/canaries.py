"""Words that nobody could know by chance, one in every field of everything that is not for everybody; and the ledger of who received which of them, by what way.

No request that the check makes carries one of these words, so that no answer can be an echo. What all secret things have in common for those who search is
`PROBE`, which is no secret.
"""

import re
import secrets
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

PROBE = "kanarienvogel"
MODERATORS = frozenset({"root@A"})


@dataclass(slots=True)
class Canary:
    """*word* stands in *field* of *thing*, which *author* made. *audience* are who may have it at this moment; *staff*: whoever moderates may see it, too."""

    word: str
    thing: str
    field: str
    author: str
    audience: frozenset[str]
    staff: bool = False

    @property
    def name(self) -> str:
        return f"{self.field} of {self.thing}"

    def relation(self, who: str) -> str:
        """How *who* stands to it: `author`, `audience`, `staff`, or `outsider`."""
        if who == self.author:
            return "author"
        if who in self.audience:
            return "audience"
        return "staff" if self.staff and who in MODERATORS else "outsider"


@dataclass(frozen=True, slots=True)
class Receipt:
    """*who* received a canary by *way*: `GET /api/v1/…` as in the URL map, `delivery Create`, `stream …`, `push`. *relation* is how they stood to it then."""

    who: str
    way: str
    canary: str
    relation: str


@dataclass
class Book:
    """All canaries of one run."""

    canaries: dict[str, Canary] = field(default_factory=dict)
    _pattern: re.Pattern[bytes] | None = None

    def word(self, thing: str, field_: str, author: str, audience: Iterable[str], *, staff: bool = False) -> str:
        """A new word for one field of one thing."""
        word = "q" + secrets.token_hex(8)
        self.canaries[word] = Canary(word, thing, field_, author, frozenset(audience), staff)
        self._pattern = None
        return word

    def named(self, thing: str, field_: str) -> str:
        return next(word for word, canary in self.canaries.items() if (canary.thing, canary.field) == (thing, field_))

    def narrow(self, thing: str, audience: Iterable[str]) -> None:
        """From now on *thing* is for these alone."""
        kept = frozenset(audience)
        for canary in self.canaries.values():
            if canary.thing == thing:
                canary.audience = kept

    def found_in(self, data: bytes) -> set[str]:
        if self._pattern is None:
            if not self.canaries:
                return set()
            self._pattern = re.compile("|".join(self.canaries).encode(), re.IGNORECASE)
        return {match.decode().lower() for match in self._pattern.findall(data)}


@dataclass
class Ledger:
    """Everything that anybody received. *contacts* are requests that arrived at hosts which must not be contacted at all."""

    book: Book
    receipts: set[Receipt] = field(default_factory=set)
    contacts: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    answers: Counter[tuple[str, str]] = field(default_factory=Counter)
    bytes_read: int = 0

    def note(self, who: str, way: str, *parts: bytes) -> None:
        """*who* received *parts* by *way*."""
        self.answers[who, way] += 1
        for part in parts:
            self.bytes_read += len(part)
            for word in self.book.found_in(part):
                canary = self.book.canaries[word]
                self.receipts.add(Receipt(who, way, canary.name, canary.relation(who)))
