"""The demo's groups: one across two companies, one that the other company must not even know of."""

from typing import Any

from fediverse.demo.client import Api, until
from fediverse.demo.companies import Companies, DemoPerson
from fediverse.demo.intruder import fetched_by
from fediverse.demo.picture import postcard
from fediverse.demo.report import Report

Status = dict[str, Any]


def tell_of_groups(three: Companies, report: Report) -> None:
    """Two chapters; every line is asked of the node that somebody uses."""
    report.chapter("A closed group across acme and beta")
    _a_closed_group(three, report)
    report.chapter("A secret group of acme")
    _a_secret_group(three, report)


def _a_closed_group(three: Companies, report: Report) -> None:
    alice, amir = three.acme.people["alice"], three.acme.people["amir"]
    bob, bea = three.beta.people["bob"], three.beta.people["bea"]
    group = _made(alice, "projet-x", "closed", [three.beta.host])
    copy = _asks(bob, f"projet-x@{three.acme.host}")
    [request] = until(lambda: _requests(alice, group)) or [{"id": "0"}]
    path = f"/api/v1/groups/{group}/membership_requests/{request['id']}/authorize"
    unnamed = alice.api.post(path).status
    report.line("the first of beta is not let in by a mere click", holds=unnamed in {403, 422}, seen=unnamed)
    alice.api.post(path, admit_domain=three.beta.host)
    member = until(lambda: bob.api.get("/api/v1/accounts/relationships", **{"id[]": copy}).json[0]["following"])
    report.line("bob is a member, once alice has named beta", holds=bool(member), seen=member)

    post = alice.api.post("/api/v1/statuses", status="Minutes for @projet-x", visibility="public").json
    report.line(
        "alice's post is for the members, whatever her client said",
        holds=post.get("visibility") == "private",
        seen=post,
    )
    arrived = until(lambda: _on_wall(bob, copy, post["uri"]))
    report.line("bob reads it at beta", holds=bool(arrived), seen=arrived)
    bob.api.post("/api/v1/statuses", status="Agreed.", in_reply_to_id=arrived["id"] if arrived else "0")
    thread = until(lambda: alice.api.get(f"/api/v1/statuses/{post['id']}/context").json["descendants"])
    report.line("and alice his answer at acme", holds=bool(thread) and "Agreed" in thread[0]["content"], seen=thread)
    image = _posts_an_image(alice)
    shown = until(lambda: _on_wall(bob, copy, image["uri"]))
    report.line("an image in the group is shown to bob by his own node", holds=_opens(bob, shown), seen=shown)

    hidden = [
        person.api.get(f"/api/v1/statuses/{number}").status
        for person, number in ((amir, post["id"]), (bea, arrived["id"] if arrived else "0"))
    ]
    report.line(
        "colleagues who are no members get the 404 of a post that is not there", holds=hidden == [404, 404], seen=hidden
    )
    quoted = amir.api.get("/api/v2/search", q="Minutes", type="statuses").json["statuses"]
    report.line("and do not find it by its words", holds=quoted == [], seen=quoted)
    boosted = alice.api.post(f"/api/v1/statuses/{post['id']}/reblog")
    report.line("nobody can boost it out of the group", holds=boosted.status in {403, 404, 422}, seen=boosted.status)
    refused = fetched_by(three.gamma, post["uri"])
    report.line("gamma's signed fetch of it is refused", holds=refused == 403, seen=refused)

    bob_at_acme = alice.api.get("/api/v1/accounts/lookup", acct=bob.handle).json["id"]
    alice.api.post(f"/api/v1/groups/{group}/kick", account_ids=[bob_at_acme])
    later = alice.api.post("/api/v1/statuses", status="Without beta, @projet-x", visibility="public").json
    out = until(lambda: not bob.api.get("/api/v1/accounts/relationships", **{"id[]": copy}).json[0]["following"])
    never = not _on_wall(bob, copy, later["uri"])
    report.line("after bob was removed nothing more reaches beta", holds=bool(out) and never, seen=(out, never))
    gone = fetched_by(three.beta, post["uri"])
    report.line("and beta's signed fetch is answered as if there were nothing", holds=gone == 404, seen=gone)


def _a_secret_group(three: Companies, report: Report) -> None:
    alice, amir, bob = three.acme.people["alice"], three.acme.people["amir"], three.beta.people["bob"]
    group = _made(alice, "vault", "secret", [])
    handle = f"vault@{three.acme.host}"
    missing = fetched_by(three.beta, f"{three.acme.origin}/users/no-such-name")
    asked = fetched_by(three.beta, f"{three.acme.origin}/users/vault")
    report.line(
        "beta gets the same 404 for it as for a name that nobody has",
        holds=asked == missing == 404,
        seen=(asked, missing),
    )
    known = [_id_of(bob, handle), _id_of(amir, "vault")]
    report.line("neither bob nor amir, alice's colleague, can find it", holds=known == ["", ""], seen=known)
    page = [amir.api.get(f"/api/v1/groups/{number}").status for number in (group, "1")]
    report.line("nor see it by its number", holds=page == [404, 404], seen=page)
    alice.api.post(f"/api/v1/groups/{group}/invitations", account_ids=[_id_of(alice, "amir")])
    amir.api.post(f"/api/v1/groups/{group}/join")
    post = alice.api.post("/api/v1/statuses", status="Between us, @vault", visibility="public").json
    read = until(lambda: amir.api.get(f"/api/v1/statuses/{post['id']}").status == 200)
    report.line("amir, once invited, reads what is written there", holds=bool(read), seen=read)


def _made(owner: DemoPerson, name: str, access: str, domains: list[str]) -> str:
    made = owner.api.post("/api/v1/groups", name=name, display_name=name, access=access, domains=domains)
    return str(made.json.get("id", "0"))


def _id_of(person: DemoPerson, handle: str) -> str:
    """The id under which the person's node knows somebody; empty when it finds nobody."""
    reply = person.api.get("/api/v2/search", q=f"@{handle}", resolve="true", type="accounts")
    accounts = reply.json.get("accounts", []) if reply.status == 200 else []
    return str(accounts[0]["id"]) if accounts else ""


def _asks(person: DemoPerson, handle: str) -> str:
    """Ask to join as any client does: by following."""
    number = until(lambda: _id_of(person, handle))
    person.api.post(f"/api/v1/accounts/{number}/follow")
    return str(number)


def _requests(owner: DemoPerson, group: str) -> list[dict[str, Any]]:
    reply = owner.api.get(f"/api/v1/groups/{group}/membership_requests")
    found: list[dict[str, Any]] = reply.json if reply.status == 200 else []
    return found[:1]


def _on_wall(person: DemoPerson, group: str, uri: str) -> Status | None:
    reply = person.api.get(f"/api/v1/accounts/{group}/statuses")
    return next((one for one in reply.json if one["uri"] == uri), None) if reply.status == 200 else None


def _posts_an_image(alice: DemoPerson) -> Status:
    media = alice.api.upload("/api/v2/media", "plan.png", postcard(), description="The plan").json
    post: Status = alice.api.post("/api/v1/statuses", status="The plan, @projet-x", media_ids=[media["id"]]).json
    return post


def _opens(person: DemoPerson, status: Status | None) -> bool:
    if not status or not status["media_attachments"]:
        return False
    path = status["media_attachments"][0]["url"].partition(person.api.host)[2]
    return Api(person.api.host, person.api.port, "").get(path).content_type.startswith("image/")
