"""`fediverse doctor`: a self-test that names what is wrong, and how to mend it."""

import asyncio
import os
import shutil
import socket
import stat
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import typer

from fediverse.app import open_node
from fediverse.cli.printing import AsJson, plain, show_json
from fediverse.cli.session import opened_database, settings_of
from fediverse.crypto.keypairs import KeyKind
from fediverse.database.migrations import missing
from fediverse.database.soundness import unsound
from fediverse.errors import Conflict, FediverseError, NotConfigured
from fediverse.node import Node
from fediverse.policy.domains import Effect
from fediverse.queries import accounts, domains, keys
from fediverse.queries.figures import figures
from fediverse.queries.views import Page
from fediverse.settings import Settings
from fediverse.storage import ffmpeg

app = typer.Typer(rich_markup_mode=None, add_completion=False)
LEAST_FREE_BYTES = 1024**3
OTHERS = stat.S_IRWXG | stat.S_IRWXO


class Mark(StrEnum):
    """NOTE is no fault: the operator may want it so."""

    GOOD = "good"
    NOTE = "note"
    WRONG = "wrong"


@dataclass(frozen=True)
class Finding:
    what: str
    mark: Mark
    seen: str
    mend: str = ""


@app.command()
def command(context: typer.Context, as_json: AsJson = False) -> None:
    """Look for what is wrong with this node. Exit status 1 when something is; nothing is changed."""
    settings = settings_of(context)
    found = asyncio.run(_examine(settings))
    if as_json:
        show_json([plain(finding) for finding in found])
    else:
        for finding in found:
            typer.echo(
                f"{finding.mark:<5}  {finding.what}: {finding.seen}" + (f"; {finding.mend}" if finding.mend else "")
            )
    wrong = [finding.what for finding in found if finding.mark is Mark.WRONG]
    if wrong:
        raise Conflict(f"{len(wrong)} of {len(found)} checks found something wrong: {', '.join(wrong)}")


async def _examine(settings: Settings) -> list[Finding]:
    found = [
        _data_folder(settings.data_dir),
        _key_folder(settings.keys_dir),
        await _name(settings),
        _mode(settings),
        _recordings(),
    ]
    try:
        async with opened_database(settings) as database:
            absent, damage = await missing(database), await unsound(database)
    except (NotConfigured, OSError) as problem:
        return [*found, Finding("database", Mark.WRONG, str(problem), "check FEDIVERSE_DATABASE_URL")]
    found += [
        Finding("database", Mark.WRONG, sentence, "restore a backup, or ask for help before anything else")
        for sentence in damage
    ]
    if absent:
        return [*found, Finding("database", Mark.WRONG, f"lacks {', '.join(absent)}", "run: fediverse migrate")]
    if not damage:
        found.append(Finding("database", Mark.GOOD, f"sound, and at this program's version, on {database.dialect}"))
    try:
        async with open_node(settings) as node:
            return [*found, *[await look(node) for look in LOOKS]]
    except FediverseError as problem:
        return [*found, Finding("node", Mark.WRONG, problem.safe, "mend this first")]


def _data_folder(folder: Path) -> Finding:
    nearest = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    if not os.access(nearest, os.W_OK):
        return Finding(
            "data folder", Mark.WRONG, f"{folder} cannot be written", "give it to the user that runs the node"
        )
    free = shutil.disk_usage(nearest).free
    if free < LEAST_FREE_BYTES:
        return Finding(
            "data folder",
            Mark.WRONG,
            f"{free // 1024**2} MB are free on its disk",
            "make room, or move FEDIVERSE_DATA_DIR",
        )
    return Finding("data folder", Mark.GOOD, f"{folder}, {free // 1024**3} GB free")


def _key_folder(folder: Path) -> Finding:
    files = [path for path in folder.rglob("*") if path.name == "secret.key" or path.suffix == ".pem"]
    if not files:
        return Finding("keys", Mark.NOTE, f"{folder} holds none yet", "they are made at first start")
    open_files = [path.name for path in files if path.stat().st_mode & OTHERS]
    if open_files:
        return Finding("keys", Mark.WRONG, f"others can read {', '.join(open_files)}", f"run: chmod -R go= {folder}")
    return Finding("keys", Mark.GOOD, f"{len(files)} files in {folder}, readable by their owner alone")


async def _name(settings: Settings) -> Finding:
    name = settings.host.partition(":")[0]
    if settings.development:
        return Finding("name", Mark.GOOD, f"{settings.origin}, resolved by the node itself in development")
    try:
        await asyncio.get_running_loop().getaddrinfo(name, None, type=socket.SOCK_STREAM)
    except OSError as problem:
        return Finding(
            "name", Mark.WRONG, f"{name} does not resolve: {problem}", "enter it in the DNS, or mend FEDIVERSE_BASE_URL"
        )
    return Finding("name", Mark.GOOD, f"{settings.origin} resolves")


def _mode(settings: Settings) -> Finding:
    if settings.development:
        return Finding(
            "mode", Mark.NOTE, "development", "never for a node that others rely on: unset FEDIVERSE_DEVELOPMENT"
        )
    if settings.webfinger == "open":
        return Finding(
            "mode",
            Mark.NOTE,
            "anybody may look people up",
            "unset FEDIVERSE_WEBFINGER if all peers sign their questions",
        )
    return Finding("mode", Mark.GOOD, "production; only allowed servers may look people up")


def _recordings() -> Finding:
    tools = ffmpeg.installed()
    if tools is None:
        return Finding(
            "videos and sounds",
            Mark.NOTE,
            "not taken, since there is no ffmpeg; pictures and documents are",
            "install it, on each machine that runs the node; on Debian: apt install --no-install-recommends ffmpeg",
        )
    return Finding("videos and sounds", Mark.GOOD, f"taken, with {tools.ffmpeg}")


async def _secret(node: Node) -> Finding:
    """Whether keys/secret.key is the one that belongs to this database."""
    people = await accounts.users(node, Page(1))
    for person in people:
        try:
            await keys.signing_key(node, person.account_id, KeyKind.RSA)
        except NotConfigured as problem:
            return Finding(
                "secret", Mark.WRONG, problem.safe, "restore keys/ from the backup that this database is from"
            )
    return Finding("secret", Mark.GOOD, "opens the keys in the database" if people else "nobody's key needs it yet")


async def _administrator(node: Node) -> Finding:
    if await accounts.administrators(node):
        return Finding("people", Mark.GOOD, f"{(await accounts.node_counts(node)).users} can sign in")
    return Finding(
        "people",
        Mark.NOTE,
        "there is no administrator",
        "run: fediverse account create NAME --email E --role admin --password-stdin",
    )


async def _allowlist(node: Node) -> Finding:
    allowed = [rule for rule in await domains.rules(node) if rule.effect is Effect.ALLOW]
    if allowed:
        return Finding("allowlist", Mark.GOOD, f"{len(allowed)} rules allow somebody")
    return Finding("allowlist", Mark.NOTE, "empty: this node speaks with nobody", "run: fediverse domain allow DOMAIN")


async def _queues(node: Node) -> Finding:
    now = await figures(node)
    parked = sum(lane.parked for lane in now.lanes)
    if now.inbound_failed:
        return Finding(
            "queues",
            Mark.WRONG,
            f"{now.inbound_failed} received activities could not be applied",
            "read the log, and report it",
        )
    if parked:
        return Finding(
            "queues", Mark.NOTE, f"{parked} deliveries are parked", "run: fediverse queue status, then retry or drop"
        )
    waiting = sum(lane.waiting for lane in now.lanes)
    return Finding(
        "queues", Mark.GOOD, f"{now.inbound_waiting} to apply, {now.events_waiting} to spread, {waiting} to deliver"
    )


LOOKS: tuple[Callable[[Node], Awaitable[Finding]], ...] = (_secret, _administrator, _allowlist, _queues)
