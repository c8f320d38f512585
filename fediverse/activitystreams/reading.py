"""One reading of a document from another server.

A stranger's `@context` can make JSON-LD read something else than what plain JSON shows: a second actor, a hidden type. Whoever checks one
reading and acts on the other is open. So there is one reading here, and everything behind this door uses it for permission and for action
alike. Called by `federation/` for each body and each fetched document, before anything in it is believed.

The fast way, for nearly all traffic, is plain JSON: the context only adds words. Otherwise the document is expanded and compacted to our
words with the bundled contexts, and refused unless both readings name the same ids, types, actors, objects and audience. Rejected: JSON-LD
for all (a hundred times the cost, before anybody is authenticated) and plain JSON for all (the attacks above). Never normalised: eight blank
nodes cost 44 s. Proofs are checked over the bytes as they came, not over a reading.
"""

import re
import threading
from typing import Any, Final

from pyld import ContextResolver, jsonld

from fediverse.activitystreams.contexts import AS2, BUNDLED, READING_CONTEXT, SECURITY, only_adds_terms, restructures
from fediverse.activitystreams.strict_json import JSON
from fediverse.activitystreams.values import canonical_audience, items_of, types_of
from fediverse.errors import Malformed

# Together about a tenth of a second of CPU for a stranger.
MAX_EXPANDED_VALUES: Final = 1_000
MAX_EXPANDED_CONTEXTS: Final = 50

# Where two readings must agree: the words by which documents are authenticated, authorised and addressed.
_BINDING = (
    *("actor", "attributedTo", "object", "target", "origin", "instrument", "result", "inReplyTo"),
    *("to", "cc", "bto", "bcc", "audience"),
    *("inbox", "outbox", "followers", "following", "endpoints", "sharedInbox"),
    *("publicKey", "owner", "publicKeyPem"),
)  # fmt: skip
_LAST_WORD = re.compile(r".*[:#/]", re.DOTALL)
_PYLD_AT_WORK: Final = (
    threading.Lock()
)  # its caches are not made for threads; and one expensive document at a time is enough


def read_document(raw: JSON) -> JSON:
    """*raw* as we shall understand it. Raises Malformed when JSON-LD and plain JSON would understand different things.

    Milliseconds of CPU for a document that `needs_expansion`, so call it in a thread for those.
    """
    if not needs_expansion(raw):
        return raw
    try:
        reading = _compacted(raw)
        alike = _skeleton(raw) == _skeleton(reading)
    except RecursionError as failure:
        raise Malformed("The document is nested too deeply.") from failure
    if not alike:
        raise Malformed("The document can be read in two ways.")
    return reading


def needs_expansion(raw: JSON) -> bool:
    """Whether plain JSON might not be all that *raw* says. Raises Malformed for keywords that restructure a document."""
    expand = False
    waiting: list[Any] = [raw]
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting += [item for item in value if isinstance(item, dict | list)]
            continue
        for key, member in value.items():
            if key == "@context":
                expand |= not (only_adds_terms(member) or (member is None and value is raw))
                continue
            if key[:1] == "@" and restructures(key):
                raise Malformed(f"The document uses {key}.")
            expand |= key[:1] == "@" or ":" in key
            if isinstance(member, dict | list):
                waiting.append(member)
    return expand


def _compacted(raw: JSON) -> JSON:
    _check_cost(raw)
    # Caches of their own for each document: nothing that one stranger wrote stays for the next.
    expansion = {
        "base": "",
        "documentLoader": _bundled_only,
        "expandContext": [AS2, SECURITY, {"@base": None}],
        "contextResolver": ContextResolver({}, _bundled_only),
    }
    compaction = {
        "base": "",
        "documentLoader": _bundled_only,
        "compactToRelative": False,
        "skipExpansion": True,
        "contextResolver": ContextResolver({}, _bundled_only),
    }
    try:
        with _PYLD_AT_WORK:
            reading = jsonld.compact(jsonld.expand(raw, expansion), READING_CONTEXT, compaction)
    except (jsonld.JsonLdError, ValueError, TypeError, LookupError, AttributeError) as failure:
        raise Malformed(
            "The document is not valid JSON-LD."
        ) from failure  # the library is not hardened against odd input
    if not isinstance(reading, dict) or "@graph" in reading:
        raise Malformed("The document does not describe one thing.")
    _check_nothing_left(reading)
    return reading


def _bundled_only(url: str, _options: Any) -> dict[str, Any]:
    """The loader for JSON-LD: bundled contexts, and nothing at all for any other address. It never touches the network."""
    return {
        "contentType": "application/ld+json",
        "contextUrl": None,
        "documentUrl": url,
        "document": BUNDLED.get(url, {"@context": {}}),
    }


def _check_cost(document: JSON) -> None:
    """Raises Malformed for a document that would keep the processor busy: everything counts, and each context costs most."""
    values = contexts = 0
    waiting: list[Any] = [document]
    while waiting:
        value = waiting.pop()
        values += 1
        if isinstance(value, dict):
            waiting += value.values()
            contexts += len(items_of(value.get("@context")))
        elif isinstance(value, list):
            waiting += value
    if values > MAX_EXPANDED_VALUES or contexts > MAX_EXPANDED_CONTEXTS:
        raise Malformed("The document is too large for a context of its own.")


def _check_nothing_left(value: Any) -> None:
    """Raises Malformed when compaction left a binding word in its long form: it was there, but not in the shape that we would act on."""
    for item in items_of(value):
        if isinstance(item, dict):
            if any(_LAST_WORD.sub("", key) in _BINDING for key in item if ":" in key):
                raise Malformed("The document names somebody in an unusual way.")
            for key, member in item.items():
                if key != "@context" and isinstance(member, dict | list):
                    _check_nothing_left(member)


def _skeleton(value: Any) -> frozenset[object]:
    """What must be the same in both readings of *value*: equal for equal meanings, whatever the order and the brackets."""
    if isinstance(value, list):
        return frozenset().union(*(_skeleton(item) for item in value))
    if isinstance(value, str):
        return frozenset({canonical_audience(value)})
    if not isinstance(value, dict):
        return frozenset() if value is None else frozenset({repr(value)})
    relations = [(name, related) for name in _BINDING if (related := _skeleton(value.get(name)))]
    types = frozenset(types_of(value))
    if not types and not relations:
        return _skeleton(value.get("id"))
    return frozenset({frozenset({("id", _skeleton(value.get("id"))), ("type", types), *relations})})
