"""Take each guard away in a copy of the program, and see whether the leak check notices. The source itself is never touched.

Called by `scripts/leakcheck --mutate`. A guard that can be taken away without anything turning red is either no guard or not checked.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from scripts.leakcheck_parts.guards import GUARDS, Change, Guard

ROOT = Path(__file__).resolve().parents[2]
COPIED = (
    "fediverse",
    "templates",
    "migrations",
    "tests",
    "scripts",
    "pyproject.toml",
    "README.md",
    "docs",
    "CHANGELOG.md",
    "FEDERATION.md",
)
LONGEST_S = 900
QUICK = ("tests/leakcheck/test_nothing_leaks.py",)
_FAILED = re.compile(r"^(?:FAILED|ERROR) (\S+)", re.MULTILINE)
_LEAK = re.compile(r"^E +(?:AssertionError: )?LEAK (.+)", re.MULTILINE)


def stands(change: Change, root: Path = ROOT) -> bool:
    """Whether the text is in the source exactly once, so that the change takes this guard away and nothing else."""
    path = root / change.path
    return path.is_file() and path.read_text(encoding="utf-8").count(change.before) == 1


def run(chosen: Sequence[str]) -> int:
    """Try every guard whose name holds one of *chosen*, or all; prints who caught what. 1 when a guard went unnoticed."""
    guards = [guard for guard in GUARDS if not chosen or any(word in guard.name for word in chosen)]
    unnoticed = []
    print(f"{len(guards)} guards are taken away, one after the other.\n")
    with copied() as copy:
        red = _red(copy, QUICK)
        if red is not None:
            print(f"With all guards in place something is red already, so that red would prove nothing: {red}")
            return 1
        for guard in guards:
            began = time.monotonic()
            caught = caught_by(guard, copy)
            if caught is None:
                unnoticed.append(guard.name)
            print(
                f"{'caught' if caught else 'MISSED':7} {guard.name:55} {time.monotonic() - began:5.0f} s  {caught or 'nothing turned red'}",
                flush=True,
            )
    print(f"\n{len(guards) - len(unnoticed)} of {len(guards)} guards are missed at once when they are gone.")
    return 1 if unnoticed else 0


@contextmanager
def copied() -> Iterator[Path]:
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(prefix="leakcheck-", dir=memory if memory.is_dir() else None) as name:
        ignored = shutil.ignore_patterns("node_modules", "__pycache__", ".venv")
        for part in COPIED:
            source = ROOT / part
            if source.is_dir():
                shutil.copytree(source, Path(name) / part, ignore=ignored)
            elif source.exists():
                shutil.copy(source, Path(name) / part)
        yield Path(name)


def caught_by(guard: Guard, copy: Path) -> str | None:
    """What turned red without the guard: the first leak, or the first test."""
    whole: dict[Path, str] = {}
    for change in guard.changes:
        if not stands(change, copy):
            raise SystemExit(f"scripts/leakcheck: the guard is not where it was: {guard.name} ({change.path})")
        path = copy / change.path
        whole[path] = path.read_text(encoding="utf-8")
        path.write_text(whole[path].replace(change.before, change.after), encoding="utf-8")
    try:
        for arguments in (
            QUICK,
            tuple(one for one in guard.also if (copy / one.partition("::")[0]).exists()),
        ):
            found = _red(copy, arguments) if arguments else None
            if found is not None:
                return found
    finally:
        for path, text in whole.items():
            path.write_text(text, encoding="utf-8")
    return None


def _red(copy: Path, arguments: Sequence[str]) -> str | None:
    environment = {**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1", "LEAKCHECK_QUICK": "1"}
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *arguments],
        cwd=copy, env=environment, capture_output=True, text=True, timeout=LONGEST_S, check=False,
    )  # fmt: skip
    if ended.returncode == 0:
        return None
    leak, failed = _LEAK.search(ended.stdout), _FAILED.search(ended.stdout)
    if leak is not None:
        return leak[1].strip("'\" ,]")
    return failed[1] if failed is not None else f"pytest ended with {ended.returncode}"
