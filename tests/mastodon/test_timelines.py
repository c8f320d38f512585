"""Timelines over HTTP: what is on them, and how a client walks through them in both directions (reference: client API, section 7)."""

from tests.support.nodes import Person


async def post(person: Person, text: str, **more: str) -> str:
    answer = await person.client.post("/api/v1/statuses", json={"status": text, **more})
    return str(answer.json()["id"])


async def ids(person: Person, path: str) -> list[str]:
    answer = await person.client.get(path)
    assert answer.status_code == 200, answer.text
    return [status["id"] for status in answer.json()]


async def test_home_holds_own_posts_and_those_of_whom_one_follows(alice: Person, carol: Person) -> None:
    """Own posts included; a stranger's are not there."""
    theirs, before = await post(alice, "From Alice"), await post(carol, "From Carol")

    unfollowed = await ids(carol, "/api/v1/timelines/home")
    await carol.client.post(f"/api/v1/accounts/{alice.id}/follow")
    later = await post(alice, "Later")

    assert unfollowed == [before]
    assert await ids(carol, "/api/v1/timelines/home") == [later, before, theirs]


async def test_the_public_timeline_leaves_out_what_is_not_public(alice: Person, carol: Person) -> None:
    """Only the first of the four visibilities."""
    public = await post(alice, "For all")
    for visibility in ("unlisted", "private", "direct"):
        await post(alice, f"Not {visibility}", visibility=visibility)

    assert await ids(carol, "/api/v1/timelines/public") == [public]
    assert await ids(carol, "/api/v1/timelines/public?local=true") == [public]
    assert await ids(carol, "/api/v1/timelines/public?remote=true") == []
    assert await ids(carol, "/api/v1/timelines/public?only_media=1") == []


async def test_a_tag_is_found_in_any_case(alice: Person) -> None:
    """Section 2.3: case-insensitive."""
    tagged = await post(alice, "Fresh #Paint")
    await post(alice, "Fresh air")

    assert [await ids(alice, f"/api/v1/timelines/tag/{name}") for name in ("paint", "Paint", "PAINT")] == [[tagged]] * 3


async def test_tags_combine(alice: Person) -> None:
    """`any[]`, `all[]` and `none[]`, as the pages of tags of web clients send them."""
    red = await post(alice, "#paint #red")
    blue = await post(alice, "#paint #blue")
    varnish = await post(alice, "#varnish")

    assert await ids(alice, "/api/v1/timelines/tag/paint?all[]=red") == [red]
    assert await ids(alice, "/api/v1/timelines/tag/paint?none[]=red") == [blue]
    assert await ids(alice, "/api/v1/timelines/tag/paint?any[]=varnish") == [varnish, blue, red]


async def test_a_client_walks_back_by_next_until_it_ends(alice: Person) -> None:
    """Every post once, newest first; the walk ends with an empty page that has no Link."""
    posted = [await post(alice, f"Number {number}") for number in range(5)]

    met: list[str] = []
    answer = await alice.client.get("/api/v1/timelines/home?limit=2")
    while "next" in answer.links:
        met += [status["id"] for status in answer.json()]
        answer = await alice.client.get(answer.links["next"]["url"])

    assert met == posted[::-1]
    assert answer.json() == []


async def test_a_client_walks_forward_by_min_id(alice: Person) -> None:
    """Section 7: the oldest page above `min_id`, still newest first, as Ivory needs it; `since_id` is the newest page."""
    posted = [await post(alice, f"Number {number}") for number in range(5)]

    assert await ids(alice, f"/api/v1/timelines/home?limit=2&min_id={posted[0]}") == [posted[2], posted[1]]
    assert await ids(alice, f"/api/v1/timelines/home?limit=2&since_id={posted[0]}") == [posted[4], posted[3]]
    assert await ids(alice, f"/api/v1/timelines/home?max_id={posted[3]}&since_id={posted[0]}") == [posted[2], posted[1]]


async def test_an_unknown_cursor_is_only_compared(alice: Person) -> None:
    """Section 7: never 404 on an unknown cursor."""
    await post(alice, "Hello")

    answers = [
        await alice.client.get(f"/api/v1/timelines/home?max_id={cursor}") for cursor in ("1", "9" * 30, "abc", "", "-5")
    ]

    assert {answer.status_code for answer in answers} == {200}


async def test_an_account_page_is_filtered_as_asked(alice: Person, carol: Person) -> None:
    """`exclude_replies`, `exclude_reblogs`, `pinned` and `tagged`, with booleans as `true` and `1`."""
    plain, tagged = await post(alice, "Plain"), await post(alice, "#paint")
    theirs = await post(carol, "From Carol")
    reply = await post(alice, "Indeed", in_reply_to_id=theirs)
    boost = (await alice.client.post(f"/api/v1/statuses/{theirs}/reblog")).json()["id"]
    await alice.client.post(f"/api/v1/statuses/{plain}/pin")
    page = f"/api/v1/accounts/{alice.id}/statuses"

    assert await ids(carol, page) == [boost, reply, tagged, plain]
    assert await ids(carol, f"{page}?exclude_replies=true&exclude_reblogs=1") == [tagged, plain]
    assert await ids(carol, f"{page}?pinned=true") == [plain]
    assert await ids(carol, f"{page}?tagged=Paint") == [tagged]


async def test_who_is_blocked_sees_nothing_of_whoever_blocked(alice: Person, carol: Person) -> None:
    """The twin: before the block Carol sees the post."""
    status = await post(alice, "Hello")
    before = await ids(carol, "/api/v1/timelines/public")

    await alice.client.post(f"/api/v1/accounts/{carol.id}/block")

    assert before == [status]
    assert await ids(carol, "/api/v1/timelines/public") == []
    assert (await carol.client.get(f"/api/v1/statuses/{status}")).status_code == 404
