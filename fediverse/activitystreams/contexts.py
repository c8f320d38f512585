"""The JSON-LD contexts that we know and the terms that we add, and whether somebody else's context only adds terms too.

Called by `reading`, which must know whether plain JSON and JSON-LD would read a document alike, and by `building`, which writes `CONTEXT`
into our own documents. Nothing is ever fetched: what is not bundled does not exist here.
"""

import functools
import json
from dataclasses import dataclass
from typing import Any, Final

import orjson
from pyld import BUNDLED_CONTEXTS

from fediverse.errors import Malformed

AS2: Final = "https://www.w3.org/ns/activitystreams"
SECURITY: Final = "https://w3id.org/security/v1"
MULTIKEY: Final = "https://w3id.org/security/multikey/v1"
DATA_INTEGRITY: Final = "https://w3id.org/security/data-integrity/v1"
WEBFINGER: Final = "https://purl.archive.org/socialweb/webfinger"
DID: Final = "https://www.w3.org/ns/did/v1"

AS2_NAMESPACE: Final = f"{AS2}#"
OWN_NAMESPACE: Final = "urn:fediverse:ns#"

# What we say beyond ActivityStreams, in the words of those who said it first: Mastodon, Mobilizon (groups) and the FEPs that the addresses name.
# What nobody said before stands in a namespace of our own.
EXTENSIONS: Final[dict[str, Any]] = {
    "toot": "http://joinmastodon.org/ns#",
    "ostatus": "http://ostatus.org#",
    "schema": "http://schema.org#",
    "mz": "https://joinmobilizon.org/ns#",
    "gts": "https://gotosocial.org/ns#",
    "lemmy": "https://join-lemmy.org/ns#",
    "Hashtag": "as:Hashtag",
    "sensitive": "as:sensitive",
    "manuallyApprovesFollowers": "as:manuallyApprovesFollowers",
    "movedTo": {"@id": "as:movedTo", "@type": "@id"},
    "alsoKnownAs": {"@id": "as:alsoKnownAs", "@type": "@id"},
    "Emoji": "toot:Emoji",
    "featured": {"@id": "toot:featured", "@type": "@id"},
    "featuredTags": {"@id": "toot:featuredTags", "@type": "@id"},
    "discoverable": "toot:discoverable",
    "indexable": "toot:indexable",
    "suspended": "toot:suspended",
    "votersCount": "toot:votersCount",
    "blurhash": "toot:blurhash",
    "focalPoint": {"@container": "@list", "@id": "toot:focalPoint"},
    "conversation": "ostatus:conversation",
    "PropertyValue": "schema:PropertyValue",
    "value": "schema:value",
    "members": {"@id": "mz:members", "@type": "@id"},
    "openness": "mz:openness",
    "postingRestrictedToMods": "lemmy:postingRestrictedToMods",
    "access": f"{OWN_NAMESPACE}access",
    "sequence": f"{OWN_NAMESPACE}sequence",
    "role": f"{OWN_NAMESPACE}role",
    "log": {"@id": f"{OWN_NAMESPACE}log", "@type": "@id"},
    "assertionMethod": {"@id": "sec:assertionMethod", "@type": "@id", "@container": "@set"},
    "implements": {"@id": "https://w3id.org/fep/844e#implements", "@type": "@id", "@container": "@set"},
    "webfinger": "https://purl.archive.org/socialweb/webfinger#webfinger",
    "quote": {"@id": "https://w3id.org/fep/044f#quote", "@type": "@id"},
    "quoteUri": "http://fedibird.com/ns#quoteUri",
    "quoteUrl": "as:quoteUrl",
    "_misskey_quote": "https://misskey-hub.net/ns#_misskey_quote",
    "quoteAuthorization": {"@id": "https://w3id.org/fep/044f#quoteAuthorization", "@type": "@id"},
    "QuoteRequest": "https://w3id.org/fep/044f#QuoteRequest",
    "QuoteAuthorization": "https://w3id.org/fep/044f#QuoteAuthorization",
    "interactingObject": {"@id": "gts:interactingObject", "@type": "@id"},
    "interactionTarget": {"@id": "gts:interactionTarget", "@type": "@id"},
    "interactionPolicy": {"@id": "gts:interactionPolicy", "@type": "@id"},
    "canQuote": {"@id": "gts:canQuote", "@type": "@id"},
    "automaticApproval": {"@id": "gts:automaticApproval", "@type": "@id"},
    "manualApproval": {"@id": "gts:manualApproval", "@type": "@id"},
}

CONTEXT: Final[list[Any]] = [AS2, SECURITY, DATA_INTEGRITY, MULTIKEY, EXTENSIONS]

_KEY_TERMS = {
    "Multikey": "https://w3id.org/security#Multikey",
    "controller": {"@id": "https://w3id.org/security#controller", "@type": "@id"},
    "publicKeyMultibase": "https://w3id.org/security#publicKeyMultibase",
}

BUNDLED: Final = {
    AS2: json.loads(BUNDLED_CONTEXTS[AS2].read_text("utf-8")),
    SECURITY: json.loads(BUNDLED_CONTEXTS[SECURITY].read_text("utf-8")),
    DID: json.loads(BUNDLED_CONTEXTS[DID].read_text("utf-8")),
    MULTIKEY: {"@context": _KEY_TERMS},
    WEBFINGER: {"@context": {"webfinger": EXTENSIONS["webfinger"]}},
}

_RESTRUCTURES = frozenset({"@graph", "@reverse", "@included", "@nest"})
_HARMLESS_KEYWORDS = frozenset({"@language", "@direction", "@version"})
_KEYWORDS_FOR_EXPANSION = frozenset({"@vocab", "@protected"})
_DEFINITION_KEYWORDS = frozenset({"@id", "@type", "@container", "@prefix", "@protected", "@language", "@direction"})
_PLAIN_CONTAINERS = frozenset({"@list", "@set", "@language"})
# What live software writes and nobody acts on: second names (PeerTube's icons, Misskey's keys), and a place as schema.org has it (Mobilizon).
_KNOWN_EXCEPTIONS = frozenset({
    ("icons", f"{AS2_NAMESPACE}icon"),
    ("Key", "https://w3id.org/security#Key"),
    ("location", "http://schema.org#location"),
})  # fmt: skip
_MAX_PREFIX_STEPS = 5
_MAX_REMEMBERED_BYTES = 4096


@dataclass(frozen=True, slots=True)
class _Term:
    iri: str
    kind: str | None = None
    container: str | None = None


def restructures(keyword: str) -> bool:
    """Whether *keyword* moves parts of a document elsewhere, so that what stands in it is not what it says."""
    return keyword in _RESTRUCTURES


def only_adds_terms(context: Any) -> bool:
    """Whether plain JSON and JSON-LD read a document under *context* alike: it names contexts and adds words, and no word of
    ActivityStreams or of the security vocabulary gets another meaning or a second name. Raises Malformed for what nobody needs
    and attackers use: keywords that restructure, contexts inside terms, another base address.
    """
    text = orjson.dumps(context)
    # A program writes the same context into everything that it sends.
    return _remembered_to_add_terms(text) if len(text) <= _MAX_REMEMBERED_BYTES else _only_adds_terms(context)


@functools.lru_cache(maxsize=512)
def _remembered_to_add_terms(context: bytes) -> bool:
    return _only_adds_terms(orjson.loads(context))


def _only_adds_terms(context: Any) -> bool:
    terms: dict[str, Any] = {}
    additive = True
    for entry in context if isinstance(context, list) else [context]:
        if isinstance(entry, dict):
            terms.update(entry)
            for term, definition in entry.items():  # each of them, so that none escapes the refusals
                additive &= _is_additive(term, definition, terms)
        elif entry is None:
            additive = False
        elif not isinstance(entry, str):
            raise Malformed("The @context is not valid.")
    return additive


def _is_additive(term: str, definition: Any, terms: dict[str, Any]) -> bool:
    if term.startswith("@"):
        if term not in _HARMLESS_KEYWORDS | _KEYWORDS_FOR_EXPANSION:
            raise Malformed(f"The @context uses {term[:20]}.")
        return term in _HARMLESS_KEYWORDS
    parts = _definition_parts(definition)
    iri = parts.get("@id")
    if _is_keyword_name(term, parts):
        return True
    if ":" in term or not isinstance(iri, str):
        return False
    meaning = _expanded(iri, terms)
    return meaning is not None and _keeps_meanings(term, meaning, parts)


def _keeps_meanings(term: str, meaning: str, parts: dict[str, Any]) -> bool:
    """Whether every protected word still means what it meant, and nothing else means the same, when *term* gets this *meaning*."""
    if (term, meaning) in _KNOWN_EXCEPTIONS:
        return True
    if term in _PROTECTED:
        return _PROTECTED[term] == _Term(meaning, parts.get("@type"), _container(parts))
    return meaning not in _PROTECTED_IRIS and not any(
        namespace.startswith(meaning) for namespace in _PROTECTED_NAMESPACES
    )


def _definition_parts(definition: Any) -> dict[str, Any]:
    if definition is None or isinstance(definition, str):
        return {"@id": definition}
    if not isinstance(definition, dict) or not definition.keys() <= _DEFINITION_KEYWORDS:
        raise Malformed("The @context defines a term in a way that is not accepted.")
    container = definition.get("@container")
    if any(
        name not in _PLAIN_CONTAINERS
        for name in ([] if container is None else container if isinstance(container, list) else [container])
    ):
        raise Malformed("The @context defines a container that is not accepted.")
    return definition


def _is_keyword_name(term: str, parts: dict[str, Any]) -> bool:
    """`id` and `type`, which every context may repeat."""
    return parts in ({"@id": "@id"}, {"@id": "@type"}) and parts["@id"] == f"@{term}"


def _container(parts: dict[str, Any]) -> str | None:
    container = parts.get("@container")
    return container[0] if isinstance(container, list) and len(container) == 1 else container


def _expanded(iri: str, terms: dict[str, Any]) -> str | None:
    """The whole address behind a short one (`as:Note`), or None when it is another word or leads in circles."""
    for _ in range(_MAX_PREFIX_STEPS):
        prefix, colon, rest = iri.partition(":")
        if not colon:
            return None
        if rest.startswith("//") or (prefix not in terms and prefix not in _PROTECTED):
            return iri
        start = _definition_parts(terms[prefix]).get("@id") if prefix in terms else _PROTECTED[prefix].iri
        if not isinstance(start, str):
            return None
        iri = start + rest
    return None


def _protected_terms() -> dict[str, _Term]:
    terms: dict[str, _Term] = {}
    for document in (BUNDLED[AS2], BUNDLED[SECURITY]):
        context = {term: definition for term, definition in document["@context"].items() if not term.startswith("@")}
        prefixes = {
            term: definition
            for term, definition in context.items()
            if isinstance(definition, str) and "://" in definition
        }
        for term, definition in context.items():
            parts = {"@id": definition} if isinstance(definition, str) else definition
            prefix, _, rest = parts["@id"].partition(":")
            terms[term] = _Term(
                prefixes[prefix] + rest if prefix in prefixes else parts["@id"],
                parts.get("@type"),
                parts.get("@container"),
            )
    return terms


def _without_prefixes(terms: dict[str, Any]) -> dict[str, Any]:
    """*terms* with whole addresses and without the prefixes, which compaction would put before words that nobody wrote so."""
    whole: dict[str, Any] = {}
    for term, definition in terms.items():
        parts = _definition_parts(definition)
        meaning = _expanded(parts["@id"], terms)
        if meaning is not None and not meaning.endswith("#"):
            whole[term] = {**parts, "@id": meaning}
    return whole


_PROTECTED: Final = _protected_terms()
_PROTECTED_IRIS: Final = frozenset(term.iri for name, term in _PROTECTED.items())
_PROTECTED_NAMESPACES: Final = (AS2_NAMESPACE, "https://w3id.org/security#", "http://www.w3.org/ns/ldp#")

# What strangers' documents are compacted to. The contexts of the W3C for keys and proofs are replaced by the few terms that we read.
READING_CONTEXT: Final[list[Any]] = [AS2, SECURITY, _KEY_TERMS, _without_prefixes(EXTENSIONS)]
