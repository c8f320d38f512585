"""What publishing a draft would do, without doing it: nothing is stored, sent, uploaded or looked up elsewhere, and no idempotency key is used up."""

from dataclasses import replace

from fediverse.actions import planning, posts, resolve
from fediverse.actions.posts import Draft
from fediverse.errors import Invalid
from fediverse.node import Node
from fediverse.policy.audiences import Audience
from fediverse.queries import accounts
from fediverse.queries.who_will_see import Draughted, WhoWillSee, who_will_see
from fediverse.text.sanitise import without_unusable


async def preview(node: Node, author_id: int, draft: Draft) -> WhoWillSee:
    """Who would see it; what is Invalid about it stands in the answer, with the readers as far as that leaves any. Else raises as `posts.publish` does."""
    user = await accounts.user(node, author_id)
    problem = ""
    try:
        await posts.check_draft(node, user, draft)
    except Invalid as wrong:
        problem = wrong.safe
    try:
        parent = await posts.answered(node, author_id, draft.reply_to_id)
        text = without_unusable(draft.text)
        planned = await planning.plan(node, user, draft, text, parent, resolve.known_by_handle)
    except Invalid as wrong:
        return WhoWillSee(problem=problem or wrong.safe)
    seen = await who_will_see(
        node,
        Draughted(
            author_id=author_id,
            audience=planned.audience,
            group=planned.group,
            mentioned=planned.mentioned,
            addressed=tuple(number for number, _silent in planned.mentions),
            answered=parent.author.id if parent else None,
            unknown=planned.written.unknown,
        ),
    )
    return replace(seen, problem=problem)


async def narrowing(node: Node, author_id: int, draft: Draft) -> Audience | None:
    """The audience that the draft gets in the place of the one that its author chose; None when it gets that one. Raises as `posts.publish` does."""
    user = await accounts.user(node, author_id)
    parent = await posts.answered(node, author_id, draft.reply_to_id)
    planned = await planning.plan(node, user, draft, draft.text, parent, resolve.known_by_handle)
    return planned.audience if planned.audience.because else None
