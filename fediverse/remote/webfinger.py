"""WebFinger, asking side (RFC 7033): from `alice@beta.example` to the actor's URI, and what an answer must look like to be believed.

Pure but for nothing: who asks gives the answers in. The caller checks both ways, since an answer alone proves nothing.
"""

import re
from dataclasses import dataclass
from html import unescape
from typing import Any
from urllib.parse import quote

import orjson

from fediverse.errors import Malformed

ACCEPT = "application/jrd+json, application/json"
MAX_BYTES = 65_536
_ACTIVITY_TYPES = ("application/activity+json", "application/ld+json")
_LINK = re.compile(rb"<Link\s[^>]{0,2000}>", re.IGNORECASE)
_ATTRIBUTE = re.compile(rb"""(\w+)\s*=\s*(?:"([^"]{0,1000})"|'([^']{0,1000})')""")


@dataclass(frozen=True, slots=True)
class Discovered:
    """*subject*: the handle that the server prefers, without `acct:`; *actor_uri*: where its actor is."""

    subject: str
    actor_uri: str


def lookup_url(scheme: str, host: str, resource: str) -> str:
    return f"{scheme}://{host}/.well-known/webfinger?resource={quote(resource, safe='')}"


def parse_jrd(body: bytes) -> Discovered:
    """Raises Malformed when the answer names no actor."""
    try:
        document: Any = orjson.loads(body)
    except orjson.JSONDecodeError as problem:
        raise Malformed("the WebFinger answer is not JSON") from problem
    subject = document.get("subject") if isinstance(document, dict) else None
    links = document.get("links") if isinstance(document, dict) else None
    if not isinstance(subject, str) or not isinstance(links, list):
        raise Malformed("the WebFinger answer has no subject or no links")
    for link in links:
        if (
            isinstance(link, dict)
            and link.get("rel") == "self"
            and str(link.get("type", "")).startswith(_ACTIVITY_TYPES)
        ):
            href = link.get("href")
            if isinstance(href, str):
                return Discovered(subject.removeprefix("acct:"), href)
    raise Malformed("the WebFinger answer names no actor")


def template_of(host_meta: bytes) -> str | None:
    """The `lrdd` template of a host-meta document (RFC 6415), read without an XML parser: strangers' XML can do more than say where things are."""
    for link in _LINK.findall(host_meta[:MAX_BYTES]):
        attributes = {name.lower(): (double or single) for name, double, single in _ATTRIBUTE.findall(link)}
        if attributes.get(b"rel") == b"lrdd" and b"template" in attributes:
            template = unescape(attributes[b"template"].decode("utf-8", "replace"))
            if "{uri}" in template and template.startswith(("https://", "http://")):
                return template
    return None
