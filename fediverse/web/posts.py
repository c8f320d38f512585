"""One post: its thread, its earlier versions, who liked and boosted it; changing and deleting one's own."""

from starlette.requests import Request
from starlette.responses import Response

from fediverse.actions import posts as verbs
from fediverse.actions.polls import look_again
from fediverse.errors import Invalid, NotFound, Refused
from fediverse.node import Node, node_of
from fediverse.queries import posts
from fediverse.queries.views import AccountView, Edge, PostView
from fediverse.text.sanitise import plain_text
from fediverse.web import pages
from fediverse.web.accounts import with_relationships
from fediverse.web.compose import blank_form
from fediverse.web.content import post_path
from fediverse.web.filters import shown_thread
from fediverse.web.notices import redirect
from fediverse.web.paging import links
from fediverse.web.translations import sentence
from fediverse.web.visits import Submission, Visit, enter, page_of, submitted


async def show(request: Request) -> Response:
    """A post with what it answers and what answers it. A boost, or an address with another name in it, leads to the post's own page."""
    visit = await enter(request)
    node = node_of(request)
    post = await posts.post(node, visit.viewer_id, request.path_params["post_id"])
    if post.boost_of is not None or post.author.acct.lower() != request.path_params["acct"].lower():
        return redirect(post_path(post))
    await look_again(node, post)
    form = await blank_form(node, visit, answered=post)
    return pages.render(
        request,
        "posts/post.html",
        post=post,
        thread=await shown_thread(node, visit, await posts.context(node, visit.viewer_id, post.id)),
        form=form if form.group is None or form.group.posts else None,
        group=form.group,
    )


async def history(request: Request) -> Response:
    visit = await enter(request)
    node = node_of(request)
    post = await posts.post(node, visit.viewer_id, request.path_params["post_id"])
    edits = await posts.history(node, visit.viewer_id, post.id)
    return pages.render(request, "posts/history.html", post=post, edits=edits)


async def likes(request: Request) -> Response:
    visit = await enter(request)
    page = page_of(request, 40)
    edges = await posts.liked_by(node_of(request), visit.viewer_id, request.path_params["post_id"], page)
    return await _people(request, visit, edges, sentence("Who likes this post"))


async def boosts(request: Request) -> Response:
    visit = await enter(request)
    page = page_of(request, 40)
    edges = await posts.boosted_by(node_of(request), visit.viewer_id, request.path_params["post_id"], page)
    return await _people(request, visit, edges, sentence("Who boosted this post"))


async def edit_page(request: Request) -> Response:
    visit = await enter(request)
    post = await _own(node_of(request), visit, request.path_params["post_id"])
    text = post.source or plain_text(post.content)
    return _edit_form(request, post, text, post.summary, sensitive=post.sensitive)


async def edit(request: Request) -> Response:
    submission = await submitted(request)
    node = node_of(request)
    post = await _own(node, submission.visit, request.path_params["post_id"])
    try:
        await verbs.edit(node, submission.viewer_id, post.id, _change(submission, post))
    except (Invalid, Refused) as problem:
        text, summary = submission.text("text"), submission.text("summary")
        return _edit_form(
            request,
            post,
            text,
            summary,
            sensitive=submission.checked("sensitive"),
            status=problem.status,
            problem=problem.safe,
        )
    return redirect(post_path(post), "edited")


async def delete_page(request: Request) -> Response:
    visit = await enter(request)
    post = await _own(node_of(request), visit, request.path_params["post_id"])
    return pages.render(request, "posts/delete.html", post=post)


async def delete(request: Request) -> Response:
    submission = await submitted(request)
    await verbs.delete(node_of(request), submission.viewer_id, request.path_params["post_id"])
    return redirect("/", "deleted")


async def _own(node: Node, visit: Visit, post_id: int) -> PostView:
    """The viewer's own post. Raises NotFound for anybody else's: there is no such form for it."""
    post = await posts.post(node, visit.viewer_id, post_id)
    if post.author.id != visit.viewer_id or post.boost_of is not None:
        raise NotFound
    return post


def _change(submission: Submission, post: PostView) -> verbs.PostChange:
    kept = tuple(media.id for media in post.media if str(media.id) in submission.texts.get("keep", ()))
    return verbs.PostChange(
        text=submission.text("text"),
        summary=submission.text("summary").strip(),
        sensitive=submission.checked("sensitive") or bool(submission.text("summary").strip()),
        media_ids=kept,
        media={media_id: verbs.MediaChange(alt=submission.text(f"alt_of_{media_id}")) for media_id in kept},
    )


def _edit_form(
    request: Request,
    post: PostView,
    text: str,
    summary: str,
    *,
    sensitive: bool,
    status: int = 200,
    problem: str = "",
) -> Response:
    return pages.render(
        request,
        "posts/edit.html",
        status,
        post=post,
        text=text,
        summary=summary,
        sensitive=sensitive,
        problem=problem,
    )


async def _people(request: Request, visit: Visit, edges: list[Edge[AccountView]], heading: str) -> Response:
    t = pages.translator_of(request)
    people = [edge.item for edge in edges]
    shown = links(request, page_of(request, 40), [edge.cursor for edge in edges])
    return pages.render(
        request,
        "accounts/list.html",
        heading=t(heading),
        lead="",
        nobody=t("Nobody."),
        up=request.url.path.rpartition("/")[0],
        people=await with_relationships(node_of(request), visit, people),
        newer=shown.newer,
        older=shown.older,
    )
