"""What sort of document an HTTP message says it carries (RFC 9110 §8.3, ActivityPub §3.2).

Asked by whoever reads an answer, and by the inbox. A type is parsed and never searched for: a file that somebody uploaded as
`text/html; profile="https://www.w3.org/ns/activitystreams"` must not become an actor.
"""

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fediverse.remote.client import RemoteResponse

ACTIVITY_JSON = "application/activity+json"
JSON_LD = "application/ld+json"
ACTIVITY_STREAMS = "https://www.w3.org/ns/activitystreams"
ACTIVITY_ACCEPT = f'{ACTIVITY_JSON}, {JSON_LD}; profile="{ACTIVITY_STREAMS}"'

_WORD = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_ESSENCE = re.compile(rf"[ \t]*({_WORD}/{_WORD})[ \t]*(?=;|\Z)")
# A value without quotes may hold what only a quoted one should (`profile=https://…`): servers send it so.
_PARAMETER = re.compile(rf';[ \t]*(?:({_WORD})=(?:([^\s";,\\]+)|"((?:[^"\\]|\\.)*)")[ \t]*)?(?=;|\Z)')
_MAX_CHARS = 1000


def media_type_of(response: "RemoteResponse") -> str:
    """The media type of *response* in lower case, without parameters; empty when it names none or names it badly."""
    parsed = _parsed(response.headers.get("content-type", ""))
    return parsed[0] if parsed is not None else ""


def is_activity_json(content_type: str | None) -> bool:
    """Whether *content_type* is ActivityStreams: `application/activity+json`, or `application/ld+json` with its profile among the profiles named."""
    parsed = _parsed(content_type or "")
    if parsed is None:
        return False
    essence, parameters = parsed
    if essence == JSON_LD:
        return ACTIVITY_STREAMS in parameters.get("profile", "").split()
    return essence == ACTIVITY_JSON


def asks_for_activity_json(accept: str) -> bool:
    """Whether a request's `Accept` names ActivityStreams: any JSON-LD counts, as servers leave its profile out. `*/*` does not ask for anything."""
    return any(name in accept for name in (ACTIVITY_JSON, JSON_LD))


def _parsed(content_type: str) -> tuple[str, dict[str, str]] | None:
    """Type and parameters, or None when the text is not one media type with each parameter at most once."""
    essence = _ESSENCE.match(content_type) if len(content_type) <= _MAX_CHARS else None
    if essence is None:
        return None
    parameters: dict[str, str] = {}
    position = essence.end()
    while position < len(content_type):
        parameter = _PARAMETER.match(content_type, position)
        if parameter is None:
            return None
        position = parameter.end()
        name, bare, quoted = parameter.groups()
        if name is None:  # RFC 9110 lets a parameter be empty: `type/subtype; ; charset=utf-8`
            continue
        if name.lower() in parameters:
            return None
        parameters[name.lower()] = bare if bare is not None else re.sub(r"\\(.)", r"\1", quoted)
    return essence[1].lower(), parameters
