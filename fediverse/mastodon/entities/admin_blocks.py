"""Admin::DomainAllow, DomainBlock, IpBlock, EmailDomainBlock, CanonicalEmailBlock: whom administrators let in and keep out."""

from datetime import datetime, timedelta
from hashlib import sha256

from fediverse.mastodon.entities.values import Entity, moment, moment_or_null
from fediverse.queries.access_blocks import EmailBlockView, EmailDomainBlockView, IpBlockView
from fediverse.queries.domain_rules import DomainRuleView

SEVERITIES = ("silence", "suspend", "noop")
FLAGS = ("reject_media", "reject_reports", "obfuscate")
COMMENTS = ("private_comment", "public_comment")
_HISTORY_DAYS = 7


def domain_allow(view: DomainRuleView) -> Entity:
    return {"id": str(view.id), "domain": view.domain, "created_at": moment(view.created_at)}


def domain_block(view: DomainRuleView) -> Entity:
    """A client's own words where one wrote the rule; of a rule of the command line what it does, which is to refuse everything."""
    words = view.words
    return {
        "id": str(view.id),
        "domain": view.domain,
        "digest": sha256(view.domain.encode()).hexdigest(),
        "created_at": moment(view.created_at),
        "severity": words.get("severity", "suspend"),
        **{name: words.get(name, "true" if not words else "false") == "true" for name in FLAGS[:2]},
        "obfuscate": words.get("obfuscate") == "true",
        "private_comment": words.get("private_comment") or (view.reason if not words else "") or None,
        "public_comment": words.get("public_comment") or None,
    }


def ip_block(view: IpBlockView) -> Entity:
    return {
        "id": str(view.id),
        "ip": view.network,
        "severity": view.severity,
        "comment": view.comment,
        "created_at": moment(view.created_at),
        "expires_at": moment_or_null(view.expires_at),
    }


def email_domain_block(view: EmailDomainBlockView, now: datetime) -> Entity:
    """Attempts are not counted: the history of each of the last seven days says so."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    days = [midnight - timedelta(days=back) for back in range(_HISTORY_DAYS)]
    return {
        "id": str(view.id),
        "domain": view.domain,
        "created_at": moment(view.created_at),
        "history": [{"day": str(int(day.timestamp())), "accounts": "0", "uses": "0"} for day in days],
    }


def canonical_email_block(view: EmailBlockView) -> Entity:
    return {"id": str(view.id), "canonical_email_hash": view.email_hash}
