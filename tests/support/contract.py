"""The client API's published schema, and whether an answer keeps to it. Every client of every test node asks: see `RunningNode.browser`.

The file is `shared/data/mastodon-openapi.json`, which lies beside the checkout. Where it does not, answers are not held against it, and the one test that
is about the schema says so.
"""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx2
import jsonschema_rs

SCHEMA_FILE = Path(__file__).parents[3] / "shared" / "data" / "mastodon-openapi.json"
_URN = "urn:mastodon"
_METHODS = frozenset({"get", "post", "put", "patch", "delete"})
_JSON = "application/json"
# Swift's and Java's usual parsers take this form and no other (client API, section 3).
_FORMATS = {
    "date-time": lambda text: re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{1,3}Z", text) is not None,
    "date": lambda text: re.fullmatch(r"\d{4}-\d\d-\d\d", text) is not None,
    "email": lambda text: text == "" or "@" in text,  # empty: nobody to write to
    "uri": lambda text: re.match(r"[a-z]+://[^/\s]+|[a-z]+:[^\s/]+", text) is not None,
}
# Where the schema is not what the API's documentation says, nor what clients read: a list.
_MISTAKEN = frozenset({("get", "/api/v1/filters")})
# What the schema does not know, and takes for the id of something.
_UNKNOWN = frozenset({"/api/v1/notifications/policy"})
# Bodies that are no JSON by the API's own rules.
_OTHER_TYPES = ("/api/v1/streaming", "/api/oembed")


class Contract:
    """What the schema says of each operation's answers."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document
        self._registry = jsonschema_rs.Registry([(_URN, document)])
        self._validators: dict[str, jsonschema_rs.Draft202012Validator] = {}
        # Paths without parameters first: `/accounts/lookup` is not an account called lookup.
        templates = sorted(document["paths"], key=lambda path: (path.count("{"), path))
        self._paths = [(re.compile(re.sub(r"\{\w+\}", "[^/]+", path) + "/?"), path) for path in templates]

    @property
    def operations(self) -> list[tuple[str, str]]:
        """Method and path template of each operation."""
        paths = self.document["paths"]
        return [(method.upper(), path) for path, item in paths.items() for method in item if method in _METHODS]

    def problems(self, method: str, path: str, status: int, body: Any) -> list[str]:
        """Where *body* is not what the schema promises, each with the place. Empty for what the schema does not know."""
        pointer = self._pointer(method.lower(), path, status)
        if pointer is None:
            return []
        if pointer not in self._validators:
            self._validators[pointer] = jsonschema_rs.Draft202012Validator(
                {"$ref": f"{_URN}#{quote(pointer, safe='/~')}"},
                registry=self._registry,
                formats=_FORMATS,
                validate_formats=True,
            )
        errors = self._validators[pointer].iter_errors(body)
        return [f"{'.'.join(map(str, error.instance_path)) or 'answer'}: {error.message}" for error in errors]

    def _pointer(self, method: str, path: str, status: int) -> str | None:
        """Where the schema of this answer stands in the document."""
        if status >= 400:
            return "/components/schemas/Error"
        if path in _UNKNOWN:
            return None
        template = next((template for pattern, template in self._paths if pattern.fullmatch(path)), None)
        operation = self.document["paths"].get(template, {}).get(method)
        if operation is None or (method, template) in _MISTAKEN:
            return None
        code = str(status) if str(status) in operation["responses"] else "200"
        if "schema" not in operation["responses"].get(code, {}).get("content", {}).get(_JSON, {}):
            return None
        parts = ("paths", template, method, "responses", code, "content", _JSON, "schema")
        return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)


@cache
def contract() -> Contract | None:
    """None where the schema does not lie beside the checkout."""
    if not SCHEMA_FILE.is_file():
        return None
    # A Quote is a ShallowQuote with more in it, by the letter of the schema: "one of" means any of.
    return Contract(json.loads(SCHEMA_FILE.read_text(encoding="utf-8").replace('"oneOf"', '"anyOf"')))


async def require_contract(response: httpx2.Response) -> None:
    """Raises AssertionError for an answer of the client API that is not JSON, not as the schema says, or closed to browsers of other origins."""
    path = response.request.url.path
    if not path.startswith("/api/") or path.startswith(_OTHER_TYPES) or response.request.method in {"OPTIONS", "HEAD"}:
        return
    await response.aread()
    where = f"{response.request.method} {path} → {response.status_code}"
    assert response.headers.get("content-type", "").startswith(_JSON), f"{where}: {response.headers}"
    assert response.headers.get("access-control-allow-origin") == "*", f"{where}: no cross-origin headers"
    known = contract()
    if known is not None:
        problems = known.problems(response.request.method, path, response.status_code, response.json())
        assert problems == [], f"{where}: {problems}"
