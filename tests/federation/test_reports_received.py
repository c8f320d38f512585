"""Flag from other nodes: what of it is written down (T-129, T-355)."""

from tests.federation.deliveries import heard, published
from tests.federation.scripted import Actor, count
from tests.support.nodes import Person, RunningNode


async def test_a_report_of_another_node_names_only_posts_that_it_may_have(
    acme: RunningNode, dana: Person, erin: Actor
) -> None:
    """T-355: what was said among colleagues is left out, so that guessing addresses has nothing read by anybody."""
    public = await published(dana)
    company = await published(dana, visibility="public", local_only=True)
    direct = await published(dana, visibility="direct")
    named = [dana.uri, public["uri"], company["uri"], direct["uri"]]

    assert await heard(acme, erin.says("Flag", named, 1, content="<p>Look</p>"), erin) == ""

    row = await acme.node.database.row("SELECT * FROM report")
    assert row is not None
    assert str(row["post_ids"]) == f"[{public['id']}]"
    assert (row["target_id"], row["comment"]) == (dana.id, "Look")


async def test_a_report_of_a_colleagues_post_beside_is_left_out(acme: RunningNode, dana: Person, erin: Actor) -> None:
    """One report is about one person."""
    carl = await acme.person("carl")
    other = await published(carl)

    assert await heard(acme, erin.says("Flag", [dana.uri, other["uri"]], 1), erin) == ""
    assert await heard(acme, erin.says("Flag", [other["uri"]], 2), erin) == ""
    assert await heard(acme, erin.says("Flag", [f"{acme.node.settings.origin}/users/nobody"], 3), erin) != ""

    rows = await acme.node.database.rows("SELECT target_id, post_ids FROM report ORDER BY id")
    assert [(row["target_id"], str(row["post_ids"])) for row in rows] == [
        (dana.id, "[]"),
        (carl.id, f"[{other['id']}]"),
    ]
    assert await count(acme, "report") == 2
