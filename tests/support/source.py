"""The project's own files as a house test reads them: as text, or as syntax trees."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ROOT / "fediverse"
OURS = ("fediverse", "tests", "migrations", "scripts", "templates", "docs", ".ci", "keys")
TEXT = {".py", ".html", ".css", ".js", ".md", ".toml", ".sh", ".json", ""}


def modules(*folders: Path) -> Iterator[Path]:
    """Every Python file in *folders*, or in the product and the tests."""
    for folder in folders or (PRODUCT, ROOT / "tests"):
        yield from sorted(path for path in folder.rglob("*.py") if "node_modules" not in path.parts)


def texts() -> Iterator[tuple[Path, str]]:
    """Every file that people read or write here, with its text."""
    top = [path for path in ROOT.iterdir() if path.is_file() and path.suffix in TEXT - {""}]
    inside = (path for name in OURS for path in (ROOT / name).rglob("*"))
    for path in [*top, *inside]:
        skipped = {"node_modules", "__pycache__", "payloads"} & set(path.parts)
        if path.is_file() and path.suffix in TEXT and not skipped:
            yield path, path.read_text(encoding="utf-8")


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def room(path: Path) -> str:
    """The room of the product that a file stands in: `actions`, or `events` for events.py."""
    return path.relative_to(PRODUCT).parts[0].removesuffix(".py")


def shown(path: Path, line: int) -> str:
    return f"{path.relative_to(ROOT)}:{line}"


def strings(module: ast.Module) -> Iterator[tuple[int, str]]:
    """Line and text of every string that is a value; of f-strings with `{}` for what is put in. Docstrings are not values."""
    docstrings = {id(node.value) for node in ast.walk(module) if isinstance(node, ast.Expr)}
    parts: set[int] = set()
    for node in ast.walk(module):
        if isinstance(node, ast.JoinedStr):
            parts |= {id(part) for part in node.values}
            yield (
                node.lineno,
                "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values),
            )
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings | parts:
            yield node.lineno, node.value
