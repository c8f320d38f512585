"""Quotes in a status: what it quotes as its reader may see it, and who may quote it (Mastodon 4.5). A quote inside a quoted status is shallow: an id."""

from collections.abc import Callable, Mapping

from fediverse.mastodon.entities.values import Entity
from fediverse.policy.quotes import ASK, ASK_FOLLOWERS, SHOWN
from fediverse.queries.views import PostView

_AUTOMATIC: Mapping[str, list[str]] = {"public": ["public"], "followers": ["followers"]}
_MANUAL: Mapping[str, list[str]] = {ASK: ["public"], ASK_FOLLOWERS: ["followers"]}


def quote(view: PostView, render: Callable[[PostView], Entity]) -> Entity | None:
    """*render* makes the quoted status, which is handed out in the states of `SHOWN` alone."""
    if view.quote is None:
        return None
    quoted = view.quote.quoted if view.quote.state in SHOWN else None
    return {"state": view.quote.state, "quoted_status": None if quoted is None else render(quoted)}


def shallow_quote(view: PostView) -> Entity | None:
    if view.quote is None:
        return None
    shown = view.quote.state in SHOWN and view.quote.quoted_id is not None
    return {"state": view.quote.state, "quoted_status_id": str(view.quote.quoted_id) if shown else None}


def quote_approval(view: PostView) -> Entity:
    """What the author said; what the audience does not allow is `denied` to the reader all the same."""
    return {
        "automatic": _AUTOMATIC.get(view.quote_policy, []),
        "manual": _MANUAL.get(view.quote_policy, []),
        "current_user": view.quotable,
    }
