"""What the demo prints: one line for each thing that happened or was refused, and the addresses to look at it oneself."""

from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from fediverse.demo.companies import Companies


class Report:
    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._held = 0
        self._broken: list[str] = []

    @property
    def all_held(self) -> bool:
        return not self._broken

    def chapter(self, title: str) -> None:
        self._out.write(f"\n{title}\n")

    def line(self, sentence: str, *, holds: bool, seen: object = "") -> None:
        """One claim; *seen* is shown when it does not hold."""
        if holds:
            self._held += 1
            self._out.write(f"  ok    {sentence}\n")
        else:
            self._broken.append(sentence)
            self._out.write(f"  WRONG {sentence}\n        seen: {seen}\n")
        self._out.flush()

    def close(self) -> None:
        verdict = "all lines hold" if self.all_held else f"{len(self._broken)} lines do not hold"
        self._out.write(f"\n{self._held + len(self._broken)} lines checked: {verdict}.\n")
        self._out.flush()

    def sign_ins(self, three: "Companies") -> None:
        self._out.write("\nLook at it yourself (Ctrl-C ends the demo):\n")
        for company in three.all:
            for person in company.people.values():
                self._out.write(f"  {company.origin}/  sign in as {person.email}  password {person.password}\n")
        self._out.write(
            "A browser finds *.localhost by itself; in any Mastodon client write the address above as the server.\n"
        )
        self._out.flush()
