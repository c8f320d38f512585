"""Quotes on the wire (FEP-044f): who may quote, as a post's `interactionPolicy` says it, and the stamp that shows an approval (`QuoteAuthorization`).

Called by `objects` and `building` for posts, and by `federation/` and the verb that checks a stamp. Whether a stamp comes from where it says is asked by
whoever fetched it; nothing that is embedded in one is ever read.
"""

import html
from dataclasses import dataclass
from typing import Any

from fediverse.activitystreams.contexts import CONTEXT
from fediverse.activitystreams.shapes import require_shape
from fediverse.activitystreams.strict_json import JSON
from fediverse.activitystreams.values import audience_of, required_web_id, types_of, web_id_of
from fediverse.errors import Malformed

STAMP = "QuoteAuthorization"


@dataclass(frozen=True, slots=True)
class Approvers:
    """Whose quotes are approved at once, and whose after a look by hand. Names of collections and actors."""

    automatic: tuple[str, ...] = ()
    manual: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Stamp:
    """*author_uri* approves that the post *quoting_uri* quotes the post *quoted_uri*."""

    uri: str
    author_uri: str
    quoting_uri: str
    quoted_uri: str


def approvers_of(document: JSON) -> Approvers:
    """Whom a post's policy lets quote it; nobody when it says nothing."""
    rule = _inside(_inside(document, "interactionPolicy"), "canQuote")
    return Approvers(audience_of(rule.get("automaticApproval")), audience_of(rule.get("manualApproval")))


def policy_document(automatic: tuple[str, ...]) -> JSON:
    return {"canQuote": {"automaticApproval": list(automatic)}}


def parse_stamp(document: JSON) -> Stamp:
    """Raises Malformed when *document* is no stamp, or leaves out whose it is or what it is about."""
    require_shape(document, "object")
    if types_of(document) != (STAMP,):
        raise Malformed("The document is no quote authorization.")
    author, quoting, quoted = (
        web_id_of(document.get(name)) for name in ("attributedTo", "interactingObject", "interactionTarget")
    )
    if author is None or quoting is None or quoted is None:
        raise Malformed("The quote authorization does not say whose it is, or what it is about.")
    return Stamp(required_web_id(document), author, quoting, quoted)


def stamp_document(stamp: Stamp) -> JSON:
    return {
        "@context": CONTEXT,
        "id": stamp.uri,
        "type": STAMP,
        "attributedTo": stamp.author_uri,
        "interactingObject": stamp.quoting_uri,
        "interactionTarget": stamp.quoted_uri,
    }


def with_link(content_html: str, quoted_uri: str) -> str:
    """The text of a quoting post for readers whose software knows no quotes; the others hide what has this class (as Mastodon 4.5 writes it)."""
    address = html.escape(quoted_uri)
    return f'<p class="quote-inline">RE: <a href="{address}">{address}</a></p>{content_html}'


def _inside(document: JSON, name: str) -> dict[str, Any]:
    value = document.get(name)
    return value if isinstance(value, dict) else {}
