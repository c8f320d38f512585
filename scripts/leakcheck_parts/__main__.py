"""The leak check: `scripts/leakcheck [--engine sqlite|postgres|both] [--mutate [GUARD ...]]`."""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts.leakcheck_parts import mutate, report
from tests.leakcheck.vectors import VECTORS

ROOT = Path(__file__).resolve().parents[2]


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="scripts/leakcheck", description="Whether anybody receives what is not theirs."
    )
    parser.add_argument("--engine", choices=("sqlite", "postgres", "both"), default="both")
    parser.add_argument(
        "--mutate",
        nargs="*",
        metavar="GUARD",
        help="take each guard away in a copy; all, or those whose names hold these words",
    )
    chosen = parser.parse_args()
    if chosen.mutate is not None:
        return mutate.run(chosen.mutate)
    engines = ("sqlite", "postgres") if chosen.engine == "both" else (chosen.engine,)
    return max([_check(engine) for engine in engines])


def _check(engine: str) -> int:
    with tempfile.TemporaryDirectory(prefix="leakcheck-") as name, _database(engine, Path(name)) as database:
        folder = Path(name)
        record, results = folder / "record.json", folder / "results.xml"
        tests = sorted(
            {
                "tests/leakcheck",
                *(test for vector in VECTORS for test in vector.tests if not test.startswith("tests/leakcheck")),
            }
        )
        ended = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "--tb=short", f"--junitxml={results}", *tests],
            cwd=ROOT, env={**os.environ, **database, "LEAKCHECK_RECORD": str(record)}, check=False,
        )  # fmt: skip
        if not record.exists() or not results.exists():
            print("scripts/leakcheck: the check did not come to its end", file=sys.stderr)
            return 1
        found, outcomes = report.read(record), report.results_in(results)
        print("\n" + report.printed(found, outcomes, engine))
        return 0 if ended.returncode == 0 and report.is_green(found, outcomes) else 1


@contextmanager
def _database(engine: str, folder: Path) -> Iterator[dict[str, str]]:
    """What tells the tests which engine to use; a PostgreSQL server of its own where that is the one."""
    if engine == "sqlite":
        yield {"TEST_DATABASE": "sqlite"}
        return
    folder.chmod(0o755)
    home = folder / "postgres"
    started = subprocess.run(
        ["scripts/postgres", "start", str(home)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    try:
        yield {"TEST_DATABASE": "postgres", "TEST_POSTGRES_URL": started.stdout.strip()}
    finally:
        subprocess.run(["scripts/postgres", "stop", str(home)], cwd=ROOT, check=False)


if __name__ == "__main__":
    sys.exit(main())
