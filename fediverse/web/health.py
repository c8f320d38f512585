"""How the node is: alive, ready, and in figures. The figures are for this machine, or for a bearer of the metrics token."""

import hmac
from ipaddress import ip_address

from prometheus_client import CollectorRegistry, Gauge
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from fediverse.database.migrations import missing
from fediverse.errors import NotFound
from fediverse.node import Node, node_of
from fediverse.queries import accounts
from fediverse.queries.figures import Figures, figures


async def healthz(_request: Request) -> Response:
    """The process answers."""
    return PlainTextResponse("ok\n")


async def readyz(request: Request) -> Response:
    """The database answers, and is at this program's version; 503 with the reason otherwise."""
    absent = await missing(node_of(request).database)
    if absent:
        return PlainTextResponse(
            f"migrations are missing: {', '.join(absent)}; run: fediverse migrate\n", status_code=503
        )
    return PlainTextResponse("ready\n")


async def metrics(request: Request) -> Response:
    node = node_of(request)
    if not _may_read(request, node):
        raise NotFound
    return Response(
        generate_latest(_registry(await figures(node), (await accounts.node_counts(node)).users)),
        media_type=CONTENT_TYPE_LATEST,
    )


def _may_read(request: Request, node: Node) -> bool:
    token = node.settings.metrics_token.get_secret_value()
    given = request.headers.get("authorization", "")
    if token and hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
        return True
    if "x-forwarded-for" in request.headers or "forwarded" in request.headers or request.client is None:
        return False  # a proxy on this machine speaks for somebody elsewhere
    try:
        return ip_address(request.client.host).is_loopback
    except ValueError:
        return False


def _registry(now: Figures, users: int) -> CollectorRegistry:
    registry = CollectorRegistry()
    for name, text, value in (
        ("fediverse_users", "People who can sign in", users),
        ("fediverse_inbound_waiting", "Activities received and not applied yet", now.inbound_waiting),
        ("fediverse_inbound_failed", "Activities set aside after repeated errors", now.inbound_failed),
        ("fediverse_events_waiting", "Events that other nodes must still hear of", now.events_waiting),
        ("fediverse_jobs_waiting", "General jobs that wait", now.jobs_waiting),
        (
            "fediverse_refused_contacts",
            "Refused contacts with other hosts since the start of the log",
            now.refused_contacts,
        ),
        ("fediverse_oldest_delivery_seconds", "Age of the oldest delivery that waits", now.oldest_delivery_s),
    ):
        Gauge(name, text, registry=registry).set(value)
    deliveries = Gauge("fediverse_deliveries", "Deliveries by host and state", ["host", "state"], registry=registry)
    failures = Gauge("fediverse_lane_failures", "Failures in a row by host", ["host"], registry=registry)
    for lane in now.lanes:
        failures.labels(lane.host).set(lane.failures)
        for state, value in (("waiting", lane.waiting), ("parked", lane.parked), ("refused", lane.refused)):
            deliveries.labels(lane.host, state).set(value)
    return registry
