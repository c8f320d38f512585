"""What a client sent, whatever dialect it came in, read by name and by kind. `request_body` builds it; endpoints ask it; nothing here does I/O.

Absent and null are the same. Numbers and booleans may come as text. What cannot be read is absent where a wrong guess is harmless (a limit, a
cursor), and refused where it is not: a garbled `local_only` must not publish to the whole network.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Union

from fediverse.errors import Invalid, NotFound
from fediverse.ids import LARGEST_ID

_TRUE = frozenset({"true", "t", "1", "on", "yes"})
_FALSE = frozenset({"false", "f", "0", "off", "no"})
_ID_DIGITS = 19


@dataclass(frozen=True, slots=True)
class Upload:
    """A file of a multipart body, read into memory (its size was checked first)."""

    file_name: str
    content_type: str
    data: bytes


Value = Union[str, int, float, bool, Upload, list["Value"], dict[str, "Value"]]  # noqa: UP007 - recursive: `|` needs names that exist


class Parameters:
    """A nested object of values. Names are those of the client API, without brackets."""

    def __init__(self, values: Mapping[str, Value | None]) -> None:
        self._values = {name: value for name, value in values.items() if value is not None}
        self._nulls = values.keys() - self._values.keys()

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def cleared(self, name: str) -> bool:
        """Whether it was sent as null or as an empty text: the few fields that can be emptied tell that from absent."""
        return name in self._nulls or self.text(name) == ""

    def text(self, name: str) -> str | None:
        """The text as sent, "" included; None when absent. The last one when it was sent more than once."""
        value = self._values.get(name)
        if isinstance(value, list):
            value = value[-1] if value else None
        return _as_text(value)

    def word(self, name: str) -> str:
        """The text without surrounding blanks; "" when absent, since for most fields an empty value says nothing."""
        return (self.text(name) or "").strip()

    def flag(self, name: str) -> bool | None:
        """Raises Invalid for a value that is neither yes nor no."""
        text = self.word(name).lower()
        if not text:
            return None
        if text in _TRUE:
            return True
        if text in _FALSE:
            return False
        raise Invalid(
            f"Validation failed: {name} must be true or false",
            details={name: [("ERR_INVALID", "must be true or false")]},
        )

    def number(self, name: str) -> int | None:
        """A whole number; None for anything else."""
        text = self.word(name)
        digits = text.removeprefix("-")
        if not _is_digits(digits) or len(digits) > _ID_DIGITS:
            return None
        return int(text)

    def cursor(self, name: str) -> int | None:
        """An id that is only compared, so any number will do; None for anything else."""
        digits = self.word(name)
        if not _is_digits(digits):
            return None
        return min(int(digits), LARGEST_ID) if len(digits) <= _ID_DIGITS else LARGEST_ID

    def record(self, name: str) -> int | None:
        """The id of something that must exist; None when absent. Raises NotFound for what cannot be an id."""
        text = self.word(name)
        return record_id(text) if text else None

    def texts(self, name: str) -> list[str]:
        """A list of texts; a single value counts as a list of one, `{"0": …, "1": …}` as a list in that order."""
        return [text for value in self._several(name) if (text := _as_text(value)) is not None]

    def records(self, name: str) -> list[int]:
        """A list of ids, each once, in the order asked. What cannot be an id names nothing and is left out."""
        ids = (int(text) for text in self.texts(name) if _is_record_id(text))
        return list(dict.fromkeys(ids))

    def inner(self, name: str) -> "Parameters":
        """The object under *name*, empty when there is none."""
        value = self._values.get(name)
        return Parameters(value if isinstance(value, dict) else {})

    def items(self, name: str) -> list["Parameters"]:
        """The objects of a list that may also come as an object of index → object."""
        return [Parameters(value) for value in self._several(name) if isinstance(value, dict)]

    def upload(self, name: str) -> Upload | None:
        value = self._values.get(name)
        return value if isinstance(value, Upload) else None

    def _several(self, name: str) -> Iterable[Value]:
        value = self._values.get(name)
        if value is None:
            return []
        if isinstance(value, list):
            return value
        if isinstance(value, dict):
            return (
                [value[key] for key in sorted(value, key=_index)] if all(_is_digits(key) for key in value) else [value]
            )
        return [value]


def record_id(text: str) -> int:
    """The number of an id in a path or a parameter. Raises NotFound for what cannot be one: it names nothing."""
    if not _is_record_id(text):
        raise NotFound
    return int(text)


def _is_record_id(text: str) -> bool:
    return _is_digits(text) and len(text) <= _ID_DIGITS and int(text) <= LARGEST_ID


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _index(key: str) -> tuple[int, str]:
    return len(key.lstrip("0")), key.lstrip("0")


def _as_text(value: Value | None) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    return value if isinstance(value, str) else None
