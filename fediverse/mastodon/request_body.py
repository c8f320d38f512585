"""One decoder for the three dialects of client applications: JSON, forms with brackets in their names, and multipart with files.

`parameters(request)` joins the query and the body into one `Parameters`; the body wins. Used by every endpoint that takes more than a path.
Limits stand here because the three parsers do not share theirs: size of the text, number of names, depth. It never looks at what a name means.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl

import orjson
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import Request
from starlette.types import Message

from fediverse.errors import Malformed, TooLarge, UnsupportedMedia
from fediverse.mastodon.parameters import Parameters, Upload, Value
from fediverse.node import node_of

MAX_TEXT_BYTES = 1024 * 1024
MAX_NAMES = 1000
MAX_FILES = 4
MAX_LARGE_FILES = 2  # avatar and header come together
MAX_DEPTH = 8
_NAME = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)\Z")
_BRACKETS = re.compile(r"\[([^\[\]]*)\]")


def query(request: Request) -> Parameters:
    """What stands in the URL. Raises Malformed."""
    return Parameters(_query_values(request))


async def parameters(request: Request) -> Parameters:
    """What stands in the URL and in the body, of a DELETE too. Raises Malformed, TooLarge or UnsupportedMedia."""
    return Parameters({**_query_values(request), **await _body_values(request)})


def nested(pairs: Iterable[tuple[str, str | Upload]]) -> dict[str, Value]:
    """Names with brackets as nested values: `a[b]=1` an object, `a[]=1` a list, `a[][b]=1` a list of objects (a new one when `b` comes
    again), the same plain name twice a list. Raises Malformed for a name that cannot be read or that is two kinds of thing at once.
    """
    values: dict[str, Value] = {}
    for name, value in pairs:
        _refuse_nul(name)
        if isinstance(value, str):
            _refuse_nul(value)
        _put(values, _steps(name), value)
    return values


def from_json(body: bytes) -> dict[str, Value | None]:
    """The values of a JSON object; nulls inside of them left out. Raises Malformed."""
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError as problem:
        raise Malformed("The request body is not valid JSON") from problem
    if not isinstance(document, dict):
        raise Malformed("The request body must be a JSON object")
    for name in document:
        _refuse_nul(name)
    return {name: _plain(item, MAX_DEPTH) for name, item in document.items()}


def query_text(request: Request) -> str:
    """What stands behind the `?`. Not `request.url`: that fails on bytes and Host headers that are not as they should be."""
    raw: bytes = request.scope["query_string"]
    return raw.decode("utf-8", "replace")


def _query_values(request: Request) -> dict[str, Value]:
    return nested(_pairs(query_text(request)))


async def _body_values(request: Request) -> Mapping[str, Value | None]:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "multipart/form-data":
        return nested(await _multipart(request))
    body = await _text_body(request)
    if not body.strip():
        return {}
    if kind == "application/json" or kind.endswith("+json"):
        return from_json(body)
    if kind == "application/x-www-form-urlencoded":
        return nested(_pairs(body.decode("utf-8", "replace")))
    raise UnsupportedMedia("Send JSON, a form or multipart/form-data")


def _pairs(encoded: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(encoded, keep_blank_values=True, max_num_fields=MAX_NAMES)
    except ValueError as problem:
        raise Malformed("Too many parameters") from problem


async def _text_body(request: Request) -> bytes:
    return await _bounded(request, MAX_TEXT_BYTES).body()


async def _multipart(request: Request) -> list[tuple[str, str | Upload]]:
    most = node_of(request).settings.max_upload_bytes
    bounded = _bounded(request, MAX_TEXT_BYTES + MAX_LARGE_FILES * most)
    try:
        async with bounded.form(max_files=MAX_FILES, max_fields=MAX_NAMES, max_part_size=MAX_TEXT_BYTES) as form:
            return [
                (name, await _read(part, most) if isinstance(part, UploadFile) else part)
                for name, part in form.multi_items()
            ]
    except (HTTPException, MultiPartException) as problem:
        raise Malformed("The multipart body cannot be read") from problem


def _bounded(request: Request, most: int) -> Request:
    """The same request, which raises TooLarge while its body is read beyond *most* bytes, whatever length it declared."""
    received = 0

    async def receive() -> Message:
        nonlocal received
        message = await request.receive()
        received += len(message.get("body", b""))
        if received > most:
            raise TooLarge("The request body is too large")
        return message

    return Request(request.scope, receive)


async def _read(part: UploadFile, most: int) -> Upload:
    if part.size is None or part.size > most:
        raise TooLarge(f"Validation failed: File size must be less than {most // (1024 * 1024)} MB")
    return Upload(part.filename or "", part.content_type or "", await part.read())


def _steps(name: str) -> list[str]:
    """`a[b][]` → `["a", "b", ""]`."""
    found = _NAME.match(name)
    if found is None:
        raise Malformed("A parameter's name cannot be read")
    steps = [found[1], *_BRACKETS.findall(found[2])]
    if len(steps) > MAX_DEPTH:
        raise Malformed("A parameter is nested too deeply")
    return steps


def _put(target: dict[str, Value], steps: Sequence[str], value: Value) -> None:
    name, rest = steps[0], steps[1:]
    if not rest:
        _put_plain(target, name, value)
    elif rest[0]:
        _put(_dict_under(target, name), rest, value)
    else:
        _append(_list_under(target, name), rest[1:], value)


def _put_plain(target: dict[str, Value], name: str, value: Value) -> None:
    """A plain name that comes again makes a list: some clients write `id=1&id=2` without brackets."""
    before = target.get(name)
    if before is None:
        target[name] = value
    elif isinstance(before, list):
        before.append(value)
    elif isinstance(before, dict):
        raise _two_kinds(name)
    else:
        target[name] = [before, value]


def _append(items: list[Value], rest: Sequence[str], value: Value) -> None:
    """*rest* is what follows `[]`: nothing, or the name of a field of an object in the list."""
    if not rest:
        items.append(value)
        return
    if not rest[0]:
        raise Malformed("A list of lists is no parameter")
    last = items[-1] if items else None
    if not isinstance(last, dict) or (len(rest) == 1 and rest[0] in last):
        last = {}
        items.append(last)
    _put(last, rest, value)


def _dict_under(target: dict[str, Value], name: str) -> dict[str, Value]:
    inner = target.setdefault(name, {})
    if not isinstance(inner, dict):
        raise _two_kinds(name)
    return inner


def _list_under(target: dict[str, Value], name: str) -> list[Value]:
    inner = target.setdefault(name, [])
    if isinstance(inner, dict):
        raise _two_kinds(name)
    if not isinstance(inner, list):
        inner = [inner]
        target[name] = inner
    return inner


def _two_kinds(name: str) -> Malformed:
    return Malformed(f"The parameter {name} is given in two ways that exclude each other")


def _plain(item: Any, depth: int) -> Value | None:
    """A JSON value without its nulls."""
    if depth == 0:
        raise Malformed("The request body is nested too deeply")
    if isinstance(item, dict):
        for name in item:
            _refuse_nul(name)
        return {name: value for name, inner in item.items() if (value := _plain(inner, depth - 1)) is not None}
    if isinstance(item, list):
        return [value for inner in item if (value := _plain(inner, depth - 1)) is not None]
    if isinstance(item, str):
        _refuse_nul(item)
    plain: Value | None = item
    return plain


def _refuse_nul(text: str) -> None:
    if "\0" in text:  # PostgreSQL stores no NUL; SQLite would, and the two engines must agree
        raise Malformed("A parameter holds a NUL character")
