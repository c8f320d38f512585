"""`fediverse seed`: the people, tokens and applications of a TOML file, for development and for tests of client programs. Safe to repeat.

[[accounts]]
username = "alice"
email = "alice@acme.example"
password = "correct horse battery"
role = "admin"                      # user, moderator, admin
locale = "fr"
locked = false
bot = false
discoverable = true                 # in the directory
token = "0123456789abcdef-alice"    # an access token with this very value
scopes = ["read", "write", "follow", "push"]
app = "client-1"                    # the application that the token was given to

[[apps]]
name = "Elk"
client_id = "client-1"
client_secret = "secret-1"
redirect_uris = ["urn:ietf:wg:oauth:2.0:oob"]
scopes = ["read", "write", "follow", "push"]

[[emoji]]
shortcode = "blobcat"
file = "blobcat.png"                # beside the TOML file

[[follows]]
follower = "alice"
target = "bob"                      # a locked account accepts at once
"""

import tomllib
from pathlib import Path
from typing import Annotated

import typer
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from fediverse.actions import accounts, media, profiles, relations
from fediverse.actions.accounts import RoleName
from fediverse.actions.apps import register_app
from fediverse.actions.profiles import ProfileChange
from fediverse.actions.tokens import issue_token
from fediverse.cli.session import with_node
from fediverse.errors import Invalid, NotFound, NotSignedIn, Refused
from fediverse.node import Node
from fediverse.queries import accounts as questions
from fediverse.queries.access import app_by_client_id

app = typer.Typer(rich_markup_mode=None, add_completion=False)
SCOPES = ("read", "write", "follow", "push")


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class SeedAccount(Strict):
    username: str
    email: str
    password: str = ""
    display_name: str = ""
    role: RoleName = "user"
    locale: str = ""
    locked: bool = False
    bot: bool = False
    discoverable: bool = True
    token: str = ""
    scopes: tuple[str, ...] = SCOPES
    app: str = ""


class SeedApp(Strict):
    name: str
    client_id: str
    client_secret: str
    redirect_uris: tuple[str, ...] = ("urn:ietf:wg:oauth:2.0:oob",)
    scopes: tuple[str, ...] = SCOPES
    website: str = ""


class SeedEmoji(Strict):
    shortcode: str
    file: Path
    category: str = ""


class SeedFollow(Strict):
    follower: str
    target: str


class Seed(Strict):
    accounts: tuple[SeedAccount, ...] = Field(default=())
    apps: tuple[SeedApp, ...] = Field(default=())
    emoji: tuple[SeedEmoji, ...] = Field(default=())
    follows: tuple[SeedFollow, ...] = Field(default=())


@app.command()
def command(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A TOML file; its form stands in the documentation.")],
) -> None:
    """Add accounts with given passwords and tokens, applications, emoji and follows. Development only."""

    async def step(node: Node) -> None:
        if not node.settings.development:
            raise Refused("seed gives accounts passwords and tokens from a file: set FEDIVERSE_DEVELOPMENT for it")
        await plant(node, read(file), file.parent)

    with_node(context, step)
    typer.echo(f"{file} is planted")


def read(file: Path) -> Seed:
    """Raises Invalid with the first thing that is wrong."""
    try:
        return Seed(**tomllib.loads(file.read_text(encoding="utf-8")))
    except ValidationError as problem:
        first = problem.errors(include_input=False, include_url=False)[0]
        raise Invalid(f"{file}: {'.'.join(str(part) for part in first['loc'])}: {first['msg']}") from problem
    except (OSError, ValueError) as problem:
        raise Invalid(f"{file}: cannot be read: {problem}") from problem


async def plant(node: Node, seed: Seed, folder: Path) -> None:
    for wanted in seed.apps:
        await register_app(
            node,
            wanted.name,
            wanted.redirect_uris,
            wanted.scopes,
            wanted.website,
            client_id=wanted.client_id,
            secret=wanted.client_secret,
        )
    for person in seed.accounts:
        await _plant_account(node, person)
    for emoji in seed.emoji:
        await media.add_emoji(node, emoji.shortcode, _bytes_of(folder / emoji.file), emoji.category)
    for edge in seed.follows:
        await _plant_follow(node, edge)


async def _plant_account(node: Node, person: SeedAccount) -> None:
    try:
        known = await questions.user_by_username(node, person.username)
        account_id = known.account_id
        if known.role != person.role:
            raise Refused(f"{person.username} is here already, as {known.role}: a file gives nobody another role")
    except NotFound:
        account_id = await accounts.register(
            node,
            username=person.username,
            email=person.email,
            password=person.password,
            role=person.role,
            locale=person.locale,
            display_name=person.display_name,
        )
    if person.password and not await _signs_in(node, person):
        await accounts.set_password(node, account_id, person.password)
    change = ProfileChange(
        display_name=person.display_name or None,
        locked=person.locked,
        bot=person.bot,
        locale=person.locale or None,
        discoverable=person.discoverable,
    )
    await profiles.update_profile(node, account_id, change)
    if person.token:
        app_id = (await app_by_client_id(node, person.app)).id if person.app else None
        await issue_token(node, account_id, person.scopes, app_id=app_id, token=person.token)


async def _signs_in(node: Node, person: SeedAccount) -> bool:
    try:
        await accounts.check_password(node, person.username, person.password)
    except NotSignedIn:
        return False
    return True


async def _plant_follow(node: Node, edge: SeedFollow) -> None:
    follower = await questions.user_by_username(node, edge.follower)
    target = await questions.by_acct(node, None, edge.target)
    state = await relations.follow(node, follower.account_id, target.id)
    if state == "pending" and target.local:
        await relations.accept(node, target.id, follower.account_id)


def _bytes_of(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as problem:
        raise Invalid(f"{file}: cannot be read: {problem}") from problem
