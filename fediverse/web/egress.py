"""Where a post went: a page for its author and for administrators. It names the post and shows nothing of it, as an administrator may not be in its audience."""

import re
from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from fediverse.node import node_of
from fediverse.queries.egress import EgressView, of_post
from fediverse.web import pages
from fediverse.web.content import profile_path
from fediverse.web.paging import links
from fediverse.web.translations import Translator, sentence
from fediverse.web.visits import enter, page_of

ROWS: Final = 100
_BY_RULE = re.compile(r".+ is (?:refused|held) by rule \S+ \((\S+)\)(?:, because: (.+))?", re.DOTALL)
_BY_NO_RULE = re.compile(r".+ is refused: no rule allows it")


@dataclass(frozen=True, slots=True)
class Chip:
    """*kind* is the colour that the style sheet gives it."""

    label: str
    kind: str


_OUTCOMES: Final = {
    "sent": Chip(sentence("Delivered"), "good"),
    "served": Chip(sentence("Fetched"), "good"),
    "refused": Chip(sentence("Kept back"), "bad"),
    "held": Chip(sentence("Waits"), "warn"),
    "failed": Chip(sentence("Not accepted"), "warn"),
}
_RECEIPTS: Final = {
    "valid": Chip(sentence("Signed receipt"), "good"),
    "invalid": Chip(sentence("Wrong receipt"), "bad"),
    "missing": Chip(sentence("No receipt"), ""),
    "unchecked": Chip(sentence("Receipt not checked yet"), ""),
}
_ACTIVITIES: Final = {
    "Create": sentence("The new post"),
    "Update": sentence("A change of the post"),
    "Delete": sentence("The deletion of the post"),
    "Announce": sentence("The boost"),
    "Undo": sentence("The end of the boost"),
}
_KINDS: Final = {
    "object": sentence("The post, at its address"),
    "activity": sentence("The post, as an activity"),
    "collection": sentence("The post, in a list of posts"),
    "media": sentence("A file of the post"),
    "avatar": sentence("A picture of its author"),
    "request": sentence("The post or its file was asked for"),
}
REASONS: Final = (sentence("not in the post's audience"), sentence("no longer in the post's audience"))


@dataclass(frozen=True, slots=True)
class Row:
    """*view* as the page says it; what stands in no table is shown by its own name."""

    view: EgressView
    what: str
    outcome: Chip
    receipt: Chip | None
    why: str


async def listed(request: Request) -> Response:
    visit = await enter(request)
    page, t = page_of(request, ROWS), pages.translator_of(request)
    post_id = request.path_params["post_id"]
    found = await of_post(node_of(request), visit.viewer_id, post_id, page)
    around = links(request, page, [one.id for one in found])
    return pages.render(
        request,
        "posts/egress.html",
        rows=[_row(one, t) for one in found],
        post_page=f"{profile_path(request.path_params['acct'])}/{post_id}",
        newer=around.newer,
        older=around.older,
    )


def _row(view: EgressView, t: Translator) -> Row:
    table = _ACTIVITIES if view.kind == "delivery" else _KINDS
    return Row(
        view,
        what=table.get(view.type if view.kind == "delivery" else view.kind, view.type or view.kind),
        outcome=_OUTCOMES[view.outcome],
        receipt=_RECEIPTS.get(view.receipt_state),
        why=_why(view.reason, t),
    )


def _why(reason: str, t: Translator) -> str:
    """The policy's sentence as people read it: which rule it was stands beside it."""
    by_rule = _BY_RULE.fullmatch(reason)
    if by_rule is None:
        return t("No rule allows this node.") if _BY_NO_RULE.fullmatch(reason) else t.reason(reason)
    pattern, because = by_rule.groups()
    if because is None:
        return t("The rule for {pattern} keeps it here.", pattern=pattern)
    return t("The rule for {pattern} keeps it here: {because}", pattern=pattern, because=because)
