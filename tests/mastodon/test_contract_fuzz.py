"""Each operation of the client API, asked with what its schema allows and with what it does not: never a fault of ours, never a hang, always JSON that a
browser of another origin may read.
"""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode

from tests.support.contract import contract
from tests.support.databases import Databases
from tests.support.processes import ServedNode, served_node

EXAMPLES = 8
# A stream has no end: tests/streams asks those.
ENDLESS = "/api/v1/streaming"
STATUSES = frozenset({200, 201, 202, 206, 303, 302, 400, 401, 403, 404, 405, 406, 409, 410, 413, 415, 422, 501})
PUBLISHED = contract()
OPERATIONS = [] if PUBLISHED is None else [one for one in PUBLISHED.operations if not one[1].startswith(ENDLESS)]
SCHEMA = None if PUBLISHED is None else schemathesis.openapi.from_dict(PUBLISHED.document)


@pytest.fixture(scope="module")
def node(database_server: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedNode]:
    url = database_server.migrated()
    folder: Path = tmp_path_factory.mktemp("fuzzed")
    with served_node("acme.localhost", folder, url) as running:
        yield running
    database_server.drop(url)


@pytest.fixture(scope="module")
def headers(node: ServedNode) -> Mapping[str, str]:
    """Those of a client in a browser, at another origin, in which somebody is signed in."""
    token = node.newcomer("fuzz").token
    return {"Authorization": f"Bearer {token}", "Origin": "https://client.example", "Host": node.host}


@pytest.fixture(scope="module")
def known(headers: Mapping[str, str], node: ServedNode) -> Mapping[str, str]:
    """Ids of things that there are, by the first part of the paths that take one."""
    colleague = node.newcomer("colleague")
    client = node.client(**headers)
    status = client.post(
        "/api/v1/statuses", json={"status": "Fuzz me", "poll": {"options": ["a", "b"], "expires_in": 3600}}
    ).json()
    made = client.post("/api/v1/lists", json={"title": "One"}).json()
    kept = client.post(
        "/api/v2/filters", json={"title": "One", "context": ["home"], "keywords_attributes": [{"keyword": "x"}]}
    ).json()
    later = client.post("/api/v1/statuses", json={"status": "Later", "scheduled_at": "2099-01-01T09:00:00.000Z"}).json()
    return {
        "accounts": str(colleague.id),
        "statuses": status["id"],
        "polls": status["poll"]["id"],
        "lists": made["id"],
        "filters": kept["id"],
        "scheduled_statuses": later["id"],
        "tags": "fuzz",
    }  # fmt: skip


@pytest.mark.parametrize(("method", "path"), OPERATIONS, ids=[f"{method} {path}" for method, path in OPERATIONS])
def test_whatever_is_asked_the_answer_is_a_clear_one(
    headers: Mapping[str, str], node: ServedNode, known: Mapping[str, str], method: str, path: str
) -> None:
    """Valid and invalid parameters and bodies, unknown things and real ones."""
    assert SCHEMA is not None
    operation = SCHEMA[path][method]
    modes = st.sampled_from([GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
    cases = modes.flatmap(lambda mode: operation.as_strategy(generation_mode=mode))

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases, real=st.booleans())
    def ask(case: Case[Any], *, real: bool) -> None:
        case.path_parameters = {**case.path_parameters, **(_with_known(path, known) if real else {})}
        answer = case.call(base_url=f"http://127.0.0.1:{node.port}", headers=dict(headers), allow_redirects=False)
        where = f"{method} {path} {case.path_parameters} {case.query} {case.body!r}"
        assert answer.status_code in STATUSES, f"{where} → {answer.status_code} {answer.text[:500]}"
        assert answer.headers.get("access-control-allow-origin") == ["*"] or not path.startswith("/api/"), where
        if answer.status_code >= 400 and path.startswith("/api/"):
            assert isinstance(json.loads(answer.text)["error"], str), where

    ask()


def _with_known(path: str, known: Mapping[str, str]) -> Mapping[str, str]:
    """Parameters of the path that name something that there is; empty when it takes none that we know."""
    names = re.findall(r"\{(\w+)\}", path)
    subject = path.split("/")[3] if names else ""
    return dict.fromkeys(names, known[subject]) if subject in known else {}
