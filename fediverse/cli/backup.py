"""`fediverse backup` and `fediverse restore`: the database, the keys and the media in one archive.

The archive holds private keys: it is written readable by its owner alone. It fits a node of the same domain and engine only, since every address that
peers know begins with the domain.
"""

import asyncio
import json
import os
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from shutil import copyfileobj
from typing import Annotated, BinaryIO, Literal

import typer

from fediverse import __version__
from fediverse.actions import backup, group_state
from fediverse.cli.session import opened_database, settings_of, with_node
from fediverse.database.migrations import is_new, missing
from fediverse.errors import Conflict, Invalid, Refused
from fediverse.node import Node
from fediverse.settings import Settings

backup_app = typer.Typer(rich_markup_mode=None, add_completion=False)
restore_app = typer.Typer(rich_markup_mode=None, add_completion=False)

FORMAT = 1
MANIFEST, DATABASE, KEYS, FILES = "manifest.json", "database", "keys", "files"
Archive = Annotated[
    Path, typer.Argument(metavar="FILE", help="The archive: a tar file, compressed when its name ends in .gz.")
]


@dataclass(frozen=True)
class Manifest:
    domain: str
    engine: str
    version: str
    created_at: str
    format: int = FORMAT


@backup_app.command()
def back_up(
    context: typer.Context,
    file: Archive,
    force: Annotated[bool, typer.Option("--force", help="Replace FILE if it exists.")] = False,
) -> None:
    """Write the database, the keys and the media to FILE. The node may run meanwhile."""
    settings = settings_of(context)
    if file.exists() and not force:
        raise Conflict(f"{file} exists; choose another name, or say --force")
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=file.parent, prefix=".fediverse-backup-") as work:
        asyncio.run(_check_database(settings))
        copy = Path(work) / DATABASE
        asyncio.run(backup.dump(settings.database, copy))
        manifest = Manifest(
            settings.domain, _engine(settings), __version__, datetime.now(UTC).isoformat(timespec="seconds")
        )
        fresh = Path(work) / "archive"
        with _private(fresh) as out:
            _write(out, file, manifest, copy, settings)
        fresh.replace(file)
    typer.echo(f"{file}: {file.stat().st_size} bytes; it holds private keys, keep it as safe as the node itself")


async def _check_database(settings: Settings) -> None:
    async with opened_database(settings) as database:
        if await is_new(database):
            raise Conflict("there is no node here to back up; check FEDIVERSE_DATABASE_URL and FEDIVERSE_DATA_DIR")


def _write(out: BinaryIO, file: Path, manifest: Manifest, copy: Path, settings: Settings) -> None:
    mode: Literal["w:gz", "w"] = "w:gz" if file.suffix in {".gz", ".tgz"} else "w"
    with tarfile.open(fileobj=out, mode=mode) as archive:
        described = copy.with_name(MANIFEST)
        described.write_text(json.dumps(manifest.__dict__, indent=2), encoding="utf-8")
        archive.add(described, MANIFEST)
        archive.add(copy, DATABASE)
        for folder, name in ((settings.keys_dir, KEYS), (settings.data_dir / "files", FILES)):
            for path in sorted(folder.rglob("*")):
                if path.is_file() and not path.name.endswith(".tmp"):
                    archive.add(path, f"{name}/{path.relative_to(folder).as_posix()}")


@restore_app.command()
def restore(
    context: typer.Context,
    file: Archive,
    force: Annotated[bool, typer.Option("--force", help="Replace the node that is here. Stop it first.")] = False,
) -> None:
    """Bring back what FILE holds, into a place without a node."""
    settings = settings_of(context)
    try:
        with tarfile.open(file) as archive:
            _check_fits(_manifest(archive), settings)
            asyncio.run(_check_free(settings, force=force))
            _bring_back(archive, settings)
    except (OSError, tarfile.TarError, EOFError) as problem:
        raise Invalid(f"{file}: cannot be read: {problem}") from problem
    absent = asyncio.run(_missing(settings))
    typer.echo(f"{settings.domain} is back" + ("; run fediverse migrate before it is served" if absent else ""))
    resting = 0 if absent else with_node(context, _pause_groups)
    if resting:
        typer.echo(
            f"{resting} groups that other nodes take part in rest until `fediverse group reconcile NAME` has asked these nodes what was sent since the backup"
        )


async def _pause_groups(node: Node) -> int:
    return await group_state.pause_all(node, "a backup was read again")


def _manifest(archive: tarfile.TarFile) -> Manifest:
    try:
        with _member(archive, MANIFEST) as text:
            manifest = Manifest(**json.load(text))
    except (ValueError, TypeError) as problem:
        raise Invalid(f"{_name(archive)}: is no backup of this program") from problem
    if manifest.format != FORMAT:
        raise Invalid(
            f"{_name(archive)}: was written by another version ({manifest.version}); use that one to restore it"
        )
    return manifest


def _check_fits(manifest: Manifest, settings: Settings) -> None:
    if manifest.domain != settings.domain:
        raise Refused(
            f"this is a backup of {manifest.domain}, and FEDIVERSE_DOMAIN is {settings.domain}: peers would not know it again"
        )
    if manifest.engine != _engine(settings):
        raise Refused(
            f"this backup is of a database on {manifest.engine}, and FEDIVERSE_DATABASE_URL names one on {_engine(settings)}"
        )


async def _check_free(settings: Settings, *, force: bool) -> None:
    if force:
        return
    async with opened_database(settings) as database:
        if await is_new(database) and not (settings.keys_dir / "secret.key").exists():
            return
    raise Refused("there is a node here already; stop it and say --force to replace its database, keys and media")


def _bring_back(archive: tarfile.TarFile, settings: Settings) -> None:
    """The archive is read to its last name before anything is replaced."""
    keys, files = list(_members_of(archive, KEYS)), list(_members_of(archive, FILES))
    if not any(inner.name == "secret.key" for _member_name, inner in keys):
        raise Invalid(f"{_name(archive)}: holds no keys: without them nobody knows the node again")
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=settings.data_dir, prefix=".fediverse-restore-") as work:
        copy = Path(work) / DATABASE
        _extract(archive, DATABASE, copy)
        asyncio.run(backup.restore(settings.database, copy))
    for old in [settings.keys_dir / "secret.key", *settings.keys_dir.rglob("*.pem")]:
        old.unlink(missing_ok=True)
    for name, inner in keys:
        _extract(archive, name, settings.keys_dir / inner)
    for name, inner in files:
        _extract(archive, name, settings.data_dir / "files" / inner)


def _members_of(archive: tarfile.TarFile, folder: str) -> Iterator[tuple[str, Path]]:
    """Names and places of the plain files in a folder of the archive. One that would lead elsewhere is refused, and with it the archive."""
    for member in archive.getmembers():
        first, *inner = PurePosixPath(member.name).parts or ("",)
        if first == folder and member.isfile():
            if not inner or ".." in inner:
                raise Invalid(f"{_name(archive)}: holds {member.name}, which leads out of its folder")
            yield member.name, Path(*inner)


def _extract(archive: tarfile.TarFile, name: str, target: Path) -> None:
    """Write one file, readable by its owner alone."""
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    fresh.unlink(missing_ok=True)
    with _member(archive, name) as source, _private(fresh) as out:
        copyfileobj(source, out)
    fresh.replace(target)


def _member(archive: tarfile.TarFile, name: str) -> BinaryIO:
    try:
        found = archive.extractfile(name)
    except KeyError:
        found = None
    if found is None:
        raise Invalid(f"{_name(archive)}: is no backup of this program: it holds no {name}")
    return found  # type: ignore[return-value]  # a reader of bytes


def _name(archive: tarfile.TarFile) -> str:
    return os.fsdecode(archive.name or "")


def _private(path: Path) -> BinaryIO:
    """A new file that its owner alone can read, from its first byte on."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _engine(settings: Settings) -> str:
    return "SQLite" if settings.database.startswith("sqlite:") else "PostgreSQL"


async def _missing(settings: Settings) -> list[str]:
    async with opened_database(settings) as database:
        return await missing(database)
