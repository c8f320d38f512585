"""What happens in the demo, chapter by chapter, each sentence checked at once."""

from typing import Any

from fediverse.demo.client import Api, until
from fediverse.demo.companies import Companies, DemoPerson
from fediverse.demo.group_story import tell_of_groups
from fediverse.demo.intruder import Attempts, attempt
from fediverse.demo.picture import postcard
from fediverse.demo.report import Report

Status = dict[str, Any]


def tell(three: Companies, report: Report) -> None:
    """The whole story. Each line is a claim about what somebody sees, asked of the node that this somebody uses."""
    alice, amir = three.acme.people["alice"], three.acme.people["amir"]
    bob, bea = three.beta.people["bob"], three.beta.people["bea"]
    report.chapter("People of two companies find and follow each other")
    _follows(report, alice, bob)
    _follows(report, bob, alice)
    report.chapter("A post, an answer, a boost, a like")
    post = _posts(report, alice, bob)
    _answers(report, alice, bob, post)
    _reacts(report, alice, bob, post)
    report.chapter("An image, an edit, a deletion")
    _shows_an_image(report, alice, bob)
    _edits(report, alice, bob, post)
    _deletes(report, alice, bob)
    report.chapter("What stays where")
    secret = _keeps_to_the_company(report, alice, amir, bob)
    _keeps_to_followers(report, alice, bob, bea)
    tell_of_groups(three, report)
    report.chapter("gamma, whom nobody allowed")
    _refuses(report, three, alice, post, secret)


def found(person: DemoPerson, handle: str) -> str:
    """The id under which the person's node knows *handle*; empty when it cannot find it."""
    reply = person.api.get("/api/v2/search", q=f"@{handle}", resolve="true", type="accounts")
    accounts = reply.json.get("accounts", []) if reply.status == 200 else []
    return str(accounts[0]["id"]) if accounts else ""


def seen_at(api: Api, uri: str) -> Status | None:
    """The post *uri* in the home timeline of whoever uses *api*."""
    reply = api.get("/api/v1/timelines/home", limit="40")
    return next((status for status in reply.json if status["uri"] == uri), None) if reply.status == 200 else None


def _follows(report: Report, who: DemoPerson, whom: DemoPerson) -> None:
    account_id = until(lambda: found(who, whom.handle))
    who.api.post(f"/api/v1/accounts/{account_id}/follow")
    accepted = until(lambda: who.api.get("/api/v1/accounts/relationships", **{"id[]": account_id}).json[0]["following"])
    report.line(f"{who.handle} follows {whom.handle}, whose node accepted", holds=bool(accepted), seen=accepted)


def _posts(report: Report, alice: DemoPerson, bob: DemoPerson) -> Status:
    post: Status = alice.api.post(
        "/api/v1/statuses", status=f"Good morning @{bob.handle}, acme has news. #hello", visibility="public"
    ).json
    arrived = until(lambda: seen_at(bob.api, post["uri"]))
    report.line(
        "alice's post is in bob's home timeline at beta",
        holds=bool(arrived) and "acme has news" in arrived["content"],
        seen=arrived,
    )
    told = until(lambda: [note for note in bob.api.get("/api/v1/notifications").json if note["type"] == "mention"])
    report.line("bob was notified that alice named him", holds=bool(told), seen=told)
    return post


def _answers(report: Report, alice: DemoPerson, bob: DemoPerson, post: Status) -> None:
    copy = until(lambda: seen_at(bob.api, post["uri"]))
    bob.api.post("/api/v1/statuses", status=f"@{alice.handle} Congratulations from beta!", in_reply_to_id=copy["id"])
    thread = until(lambda: alice.api.get(f"/api/v1/statuses/{post['id']}/context").json["descendants"])
    report.line(
        "bob's answer stands below alice's post at acme",
        holds=bool(thread) and "Congratulations" in thread[0]["content"],
        seen=thread,
    )


def _reacts(report: Report, alice: DemoPerson, bob: DemoPerson, post: Status) -> None:
    copy = seen_at(bob.api, post["uri"]) or {"id": "0"}
    bob.api.post(f"/api/v1/statuses/{copy['id']}/reblog")
    bob.api.post(f"/api/v1/statuses/{copy['id']}/favourite")

    def counts() -> tuple[int, int] | None:
        now = alice.api.get(f"/api/v1/statuses/{post['id']}").json
        return (
            (now["reblogs_count"], now["favourites_count"])
            if now["reblogs_count"] and now["favourites_count"]
            else None
        )

    seen = until(counts)
    report.line("acme counts bob's boost and like", holds=seen == (1, 1), seen=seen)


def _shows_an_image(report: Report, alice: DemoPerson, bob: DemoPerson) -> None:
    media = alice.api.upload(
        "/api/v2/media", "harbour.png", postcard(), description="The harbour at dawn", focus="0.0,0.3"
    ).json
    post = alice.api.post("/api/v1/statuses", status="Our new office.", media_ids=[media["id"]]).json
    arrived = until(lambda: seen_at(bob.api, post["uri"]))
    attachment: Status | None = arrived["media_attachments"][0] if arrived and arrived["media_attachments"] else None
    described = attachment is not None and attachment["description"] == "The harbour at dawn"
    report.line("the image came with its description", holds=described, seen=arrived)
    path = attachment["url"].partition(bob.api.host)[2] if attachment else "/"
    picture = Api(bob.api.host, bob.api.port, "").get(path)
    report.line(
        "beta serves it from its own address",
        holds=picture.status == 200 and picture.content_type.startswith("image/"),
        seen=picture.status,
    )


def _edits(report: Report, alice: DemoPerson, bob: DemoPerson, post: Status) -> None:
    alice.api.put(f"/api/v1/statuses/{post['id']}", status=f"Good morning @{bob.handle}, acme has *great* news. #hello")
    edited = until(lambda: (now := seen_at(bob.api, post["uri"])) and now["edited_at"] and now)
    report.line("alice's edit reached beta", holds=bool(edited) and "great" in edited["content"], seen=edited)
    history: list[Status] = bob.api.get(f"/api/v1/statuses/{edited['id']}/history").json if edited else []
    report.line(
        "and beta still shows what it said before",
        holds=len(history) == 2 and "great" not in history[0]["content"],
        seen=history,
    )


def _deletes(report: Report, alice: DemoPerson, bob: DemoPerson) -> None:
    post = alice.api.post("/api/v1/statuses", status="This was a mistake.").json
    arrived = until(lambda: seen_at(bob.api, post["uri"]))
    alice.api.delete(f"/api/v1/statuses/{post['id']}")
    gone = until(lambda: bob.api.get(f"/api/v1/statuses/{arrived['id']}").status == 404) if arrived else False
    report.line("a deleted post disappears at beta too", holds=bool(arrived) and bool(gone), seen=(arrived, gone))


def _keeps_to_the_company(report: Report, alice: DemoPerson, amir: DemoPerson, bob: DemoPerson) -> Status:
    secret: Status = alice.api.post(
        "/api/v1/statuses", status="Only for acme: the figures.", visibility="public", local_only=True
    ).json
    marker = alice.api.post("/api/v1/statuses", status="For the network: the date.", visibility="public").json
    local = until(
        lambda: [
            one for one in amir.api.get("/api/v1/timelines/public", local="true").json if one["uri"] == secret["uri"]
        ]
    )
    report.line("amir at acme reads alice's company-only post", holds=bool(local), seen=local)
    later = until(lambda: seen_at(bob.api, marker["uri"]))
    absent = seen_at(bob.api, secret["uri"]) is None
    report.line(
        "beta got the later network post and never the company-only one",
        holds=bool(later) and absent,
        seen=(later, absent),
    )
    fetched = bob.api.get("/api/v2/search", q=secret["uri"], resolve="true", type="statuses").json["statuses"]
    report.line("beta cannot fetch it by its address either", holds=fetched == [], seen=fetched)
    return secret


def _keeps_to_followers(report: Report, alice: DemoPerson, bob: DemoPerson, bea: DemoPerson) -> None:
    post = alice.api.post("/api/v1/statuses", status="For those who follow me.", visibility="private").json
    arrived = until(lambda: seen_at(bob.api, post["uri"]))
    report.line("bob, who follows alice, reads her followers-only post", holds=bool(arrived), seen=arrived)
    hidden = bea.api.get(f"/api/v1/statuses/{arrived['id']}").status if arrived else 0
    report.line(
        "bea at the same node, who does not, gets the 404 of a post that is not there", holds=hidden == 404, seen=hidden
    )


def _refuses(report: Report, three: Companies, alice: DemoPerson, post: Status, secret: Status) -> None:
    gus = three.gamma.people["gus"]
    report.line("gamma cannot look alice up", holds=found(gus, alice.handle) == "", seen=found(gus, alice.handle))
    tried: Attempts = attempt(three.gamma, three.acme, alice, post["uri"], secret["uri"])
    report.line("gamma's signed look-up is refused", holds=tried.webfinger == 403, seen=tried.webfinger)
    report.line("gamma's signed fetch of alice's profile is refused", holds=tried.actor == 403, seen=tried.actor)
    report.line("gamma's signed fetch of alice's post is refused", holds=tried.post == 403, seen=tried.post)
    report.line("so is one of the company-only post", holds=tried.secret == 403, seen=tried.secret)
    report.line("gamma's signed Follow is refused at the inbox", holds=tried.follow == 403, seen=tried.follow)
    report.line("gamma's signed post is refused at the inbox", holds=tried.create == 403, seen=tried.create)
    report.line("an unsigned fetch is refused as well", holds=tried.unsigned == 401, seen=tried.unsigned)
    followers = alice.api.get("/api/v1/accounts/verify_credentials").json["followers_count"]
    report.line("alice has one follower, bob", holds=followers == 1, seen=followers)
    report.line("acme's log of refused contacts names gamma", holds=tried.logged, seen=tried.logged)
    report.line(
        "acme's node does not even connect to gamma when alice searches there",
        holds=_never_knocks(three, alice),
        seen=three.gamma.log,
    )


def _never_knocks(three: Companies, alice: DemoPerson) -> bool:
    """Whether gamma's server saw no request of acme or beta in all this time, not even after alice asked for somebody there."""
    found(alice, three.gamma.people["gus"].handle)
    alice.api.get("/api/v2/search", q=f"{three.gamma.origin}/@gus", resolve="true")
    requests = three.gamma.log.read_text(encoding="utf-8", errors="replace")
    listening = "/readyz" in requests  # the log does show what arrives
    return listening and not any(
        path in requests for path in ("/inbox", "/.well-known/", "/users/", "/actor", "/nodeinfo")
    )
