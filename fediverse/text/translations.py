"""The languages of the pages, and of the few sentences that the client API makes. English sentences stand in the templates and are the keys; another language is a folder of TOML files
(`templates/translations/fr/*.toml`) that give each its translation, or two where a number decides.

What verbs and rules say when they refuse (`errors.FediverseError.safe`) stands in `reasons.toml`: there `{name}` stands for whatever value the sentence
was made with. A sentence without a translation is shown in English: a page in two languages is better than no page. A test finds what is missing or left over.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Protocol

from markupsafe import Markup, escape

LOCALES: Final = ("en", "fr")
NAMES: Final = {"en": "English", "fr": "Français"}
REASONS: Final = "reasons.toml"

_API_PREFIX = "Validation failed: "  # clients of the API know it; people need no such word
_VALUE = re.compile(r"\\\{(\w+)\\\}")
_THIN_SPACE = "\u202f"
_Sentences = Mapping[str, str | list[str]]


class Translate(Protocol):
    """What templates call `t`."""

    @property
    def locale(self) -> str: ...

    def __call__(self, sentence: str, plural: str | None = None, /, **values: object) -> str: ...

    def reason(self, text: str) -> str: ...


def sentence(text: str) -> str:
    """Marks *text* as one that a page translates later; gives it back as it is."""
    return text


def templates_folder() -> Path:
    """The top-level templates of a checkout, or their copy inside an installed wheel."""
    package = Path(__file__).resolve().parents[1]
    bundled = package / "_bundled" / "templates"
    return bundled if bundled.is_dir() else package.parent / "templates"


@dataclass(frozen=True, slots=True)
class Translator:
    """Says sentences in one language: `t("Posted by {name}", name=…)`, `t("{count} reply", "{count} replies", count=3)`.

    Markup among the values stays markup, and makes the whole sentence markup; everything else is escaped by whoever shows it.
    """

    locale: str
    sentences: _Sentences

    def __call__(self, sentence: str, plural: str | None = None, /, **values: object) -> str:
        template = self._template(sentence, plural, values.get("count"))
        if not values:
            return template
        shown = {
            name: number(value, self.locale) if isinstance(value, int) else value for name, value in values.items()
        }
        if any(hasattr(value, "__html__") for value in shown.values()):
            return Markup(escape(template)).format(**shown)  # noqa: S704 - escaped in the same breath
        return template.format(**shown)

    def reason(self, text: str) -> str:
        """What an error's own sentence says in this language; *text* without its technical beginning when nobody translated it."""
        said = text.removeprefix(_API_PREFIX)
        for pattern, translation in _reasons(self.locale):
            found = pattern.fullmatch(said)
            if found is not None:
                return translation.format(**found.groupdict())
        return said[:1].upper() + said[1:] if said.partition(" ")[0].isalpha() else said

    def _template(self, sentence: str, plural: str | None, count: object) -> str:
        known = self.sentences.get(sentence)
        if plural is None:
            return known if isinstance(known, str) else sentence
        one, many = known if isinstance(known, list) else (sentence, plural)
        return one if isinstance(count, int) and is_singular(count, self.locale) else many


def is_singular(count: int, locale: str) -> bool:
    """French says "0 réponse"; English says "0 replies"."""
    return count in {0, 1} if locale == "fr" else count == 1


def number(value: int, locale: str) -> str:
    """1234567 as 1,234,567 or 1 234 567."""
    grouped = f"{value:,}"
    return grouped.replace(",", _THIN_SPACE) if locale == "fr" else grouped


@cache
def translator(locale: str) -> Translator:
    """The translator for one of LOCALES; English for any other."""
    return Translator(locale, _catalogue(locale)) if locale in LOCALES else Translator("en", {})


def _catalogue(locale: str) -> dict[str, str | list[str]]:
    sentences: dict[str, str | list[str]] = {}
    for file in sorted((templates_folder() / "translations" / locale).glob("*.toml")):
        if file.name != REASONS:
            sentences.update(tomllib.loads(file.read_text(encoding="utf-8")))
    return sentences


@cache
def _reasons(locale: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    """The sentences of errors as expressions, each with its translation. What pages say themselves may be raised as well."""
    file = templates_folder() / "translations" / locale / REASONS
    known: dict[str, str] = tomllib.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    plain = {
        english: said
        for english, said in translator(locale).sentences.items()
        if isinstance(said, str) and "{" not in english
    }
    return tuple((_expression(english), said) for english, said in {**plain, **known}.items())


def _expression(english: str) -> re.Pattern[str]:
    return re.compile(_VALUE.sub(r"(?P<\1>.+)", re.escape(english)), re.DOTALL)
