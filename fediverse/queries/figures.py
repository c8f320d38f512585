"""Figures for whoever watches over the node: how much waits where."""

from dataclasses import dataclass

from fediverse.clock import to_ms
from fediverse.node import Node
from fediverse.queries.domains import LaneView, lanes


@dataclass(frozen=True, slots=True)
class Figures:
    inbound_waiting: int
    inbound_failed: int
    events_waiting: int
    jobs_waiting: int
    refused_contacts: int
    oldest_delivery_s: float
    lanes: tuple[LaneView, ...]


async def figures(node: Node) -> Figures:
    row = await node.database.row(
        "SELECT (SELECT count(*) FROM inbound_activity WHERE state = 'waiting') AS inbound_waiting,"
        " (SELECT count(*) FROM inbound_activity WHERE state = 'failed') AS inbound_failed,"
        " (SELECT count(*) FROM event WHERE spread_at IS NULL) AS events_waiting,"
        " (SELECT count(*) FROM job WHERE failed_at IS NULL) AS jobs_waiting,"
        " (SELECT COALESCE(sum(count), 0) FROM refused_contact) AS refused_contacts,"
        " (SELECT min(created_at) FROM delivery WHERE state = 'waiting') AS oldest"
    )
    assert row is not None  # aggregates always answer a row
    oldest = row["oldest"]
    return Figures(
        row["inbound_waiting"],
        row["inbound_failed"],
        row["events_waiting"],
        row["jobs_waiting"],
        int(row["refused_contacts"]),
        0.0 if oldest is None else max(0.0, (to_ms(node.clock.now()) - oldest) / 1000),
        tuple(await lanes(node)),
    )
