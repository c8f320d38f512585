"""What a person was told, on the pages: every kind in both languages, whoever waits, and the policy among the settings."""

import pytest

from tests.support.journeys import asked, at_work, posted
from tests.support.nodes import Person, RunningNode
from tests.support.visitors import fields_of, targets_of, visiting


async def happenings(home: RunningNode, alice: Person, carol: Person) -> None:
    """Everything that can be told, by inserting what other verbs of the node write."""
    mine = await posted(alice, "Mine")
    hers = await posted(carol, "Hers")
    now = 1_764_000_000_000
    async with at_work(home):
        database, ids = home.node.database, home.node.ids
        report, warning, severance = ids.next(), ids.next(), ids.next()
        await database.execute("UPDATE local_user SET role = 'admin' WHERE account_id = ?", alice.id)
        await database.insert(
            "report",
            {
                "id": report, "account_id": carol.id, "target_id": carol.id, "category": "other", "comment": "Look at <this>",
                "post_ids": "[]", "rule_ids": "[]", "forwarded": False, "created_at": now, "updated_at": now,
            },
        )  # fmt: skip
        await database.insert(
            "account_warning",
            {
                "id": warning, "target_id": alice.id, "by_account_id": carol.id, "action": "silence", "text": "Be kind",
                "created_at": now,
            },
        )  # fmt: skip
        await database.insert(
            "severance",
            {
                "id": severance, "account_id": alice.id, "target_name": "eve@gamma.example", "followers_count": 2,
                "following_count": 1, "created_at": now,
            },
        )  # fmt: skip
        told = [
            *((kind, carol.id, int(mine["id"])) for kind in ("reblog", "favourite", "quote")),
            *((kind, carol.id, int(hers["id"])) for kind in ("mention", "status", "update", "poll", "quoted_update")),
            *((kind, carol.id, 0) for kind in ("follow", "follow_request", "admin.sign_up")),
            ("admin.report", carol.id, report),
            ("moderation_warning", alice.id, warning),
            ("severed_relationships", alice.id, severance),
        ]
        await database.execute_many(
            "INSERT INTO notification (account_id, kind, from_account_id, post_id, created_at) VALUES (?, ?, ?, ?, ?)",
            [(alice.id, kind, sender, thing, now) for kind, sender, thing in told],
        )


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        (
            "en",
            [
                "wrote to you", "posted", "boosted your post", "likes your post", "follows you", "asks to follow you",
                "changed a post that you boosted", "quoted your post", "changed a post that you quote", "has joined this node",
                "reported", "A moderator cut your connections with eve@gamma.example", "A moderator limited your account",
            ],
        ),
        (
            "fr",
            [
                "vous a écrit", "a publié", "a partagé votre publication", "aime votre publication", "vous suit", "demande à vous suivre",
                "a modifié une publication", "a cité votre", "a rejoint ce nœud", "a signalé",
                "Un modérateur a coupé vos liens avec eve@gamma.example", "Un modérateur a limité votre compte",
            ],
        ),
    ],
)  # fmt: skip
async def test_every_kind_is_told_in_a_sentence(
    home: RunningNode, alice: Person, carol: Person, language: str, sentences: list[str]
) -> None:
    """None is a bare name; what a report and a warning say stands below, escaped."""
    await happenings(home, alice, carol)

    async with visiting(home, alice) as visitor:
        page = await visitor.open(f"/notifications?lang={language}")

    assert page.status_code == 200
    assert page.text.count('class="told') >= 14
    assert [sentence for sentence in sentences if sentence not in page.text] == []
    assert "Look at &lt;this&gt;" in page.text
    assert "Be kind" in page.text


async def test_whoever_waits_is_let_in_or_waved_away(home: RunningNode, alice: Person, carol: Person) -> None:
    """The settings put strangers aside; the page lists them, and two buttons decide."""
    dave = await home.person("dave")
    async with visiting(home, alice) as visitor:
        settings = await visitor.open("/settings/notifications")
        saved = await visitor.press(settings, "/settings/notifications", for_not_following="filter")
        for person in (carol, dave):
            await posted(person, "Hello @alice")

        waiting = await visitor.open("/notifications/requests")
        accepts, dismisses = targets_of(waiting, "/accept"), targets_of(waiting, "/dismiss")
        let_in = await visitor.follow(await visitor.press(waiting, accepts[0]))
        waved = await visitor.follow(await visitor.press(let_in, dismisses[1]))

    told = await asked(alice, "GET", "/api/v1/notifications")
    assert saved.status_code == 303
    assert ("@carol" in waiting.text, "@dave" in waiting.text, len(accepts)) == (True, True, 2)
    assert "You hear of this person from now on." in let_in.text
    assert "What waited from this person is gone." in waved.text
    assert [one["account"]["acct"] for one in told] == ["dave"]


async def test_another_persons_request_is_not_found(home: RunningNode, alice: Person, carol: Person) -> None:
    """The same button pressed by somebody else does nothing; pressed by its owner it lets in."""
    dave = await home.person("dave")
    await asked(alice, "PATCH", "/api/v2/notifications/policy", json={"for_not_following": "filter"})
    await asked(carol, "PATCH", "/api/v2/notifications/policy", json={"for_not_following": "filter"})
    await posted(dave, "Hello @alice and @carol")
    async with visiting(home, alice) as hers, visiting(home, carol) as theirs:
        [accept] = targets_of(await hers.open("/notifications/requests"), "/accept")
        page = await theirs.open("/notifications/requests")
        form = fields_of(page, targets_of(page, "/accept")[0])

        refused = await theirs.client.post(accept, data=form)
        done = await hers.press(await hers.open("/notifications/requests"), accept)

    assert (refused.status_code, done.status_code) == (404, 303)
    assert len(await asked(alice, "GET", "/api/v1/notifications")) == 1


async def test_the_form_keeps_what_was_chosen(home: RunningNode, alice: Person) -> None:
    """Each line stands as it was saved; a word that there is not is refused."""
    async with visiting(home, alice) as visitor:
        page = await visitor.open("/settings/notifications")
        await visitor.press(page, "/settings/notifications", for_bots="drop", for_new_accounts="filter")
        again = await visitor.open("/settings/notifications")
        refused = await visitor.press(again, "/settings/notifications", for_bots="explode")

    chosen = fields_of(again, "/settings/notifications")
    assert (chosen["for_bots"], chosen["for_new_accounts"], chosen["for_limited_accounts"]) == (
        "drop",
        "filter",
        "filter",
    )
    assert refused.status_code == 422
