"""Accounts: register our own, change their keys and passwords, keep what other nodes say of theirs. What people say of themselves is in `profiles`."""

import asyncio
import re
from collections.abc import Sequence
from typing import Literal

from fediverse import events
from fediverse.actions import conversations, group_rows, roster, suspensions
from fediverse.actions.emoji import remember_emoji
from fediverse.actions.notifying import notify
from fediverse.activitystreams.actors import RemoteActor
from fediverse.activitystreams.keys import RemoteKey
from fediverse.clock import to_ms
from fediverse.crypto.keypairs import KeyKind, PrivateKey, PublicKey, generate_ed25519, generate_rsa
from fediverse.crypto.passwords import hash_password, needs_new_hash, password_fits
from fediverse.database.database import json_text, marks
from fediverse.errors import Conflict, FediverseError, Invalid, NotSignedIn, Refused
from fediverse.log import get
from fediverse.node import Node
from fediverse.policy.content import MAX_NAME_CHARACTERS
from fediverse.policy.domains import Direction
from fediverse.policy.hosts import host_of
from fediverse.queries import accounts
from fediverse.queries.access_blocks import is_email_refused
from fediverse.storage.keyring import key_uri
from fediverse.streams import Signal, tell
from fediverse.text.sanitise import clean_text

RoleName = Literal["user", "moderator", "admin"]
_USERNAME = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]{0,28}[a-z0-9_])?", re.IGNORECASE)
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,255}")
_RESERVED = frozenset({"actor", "admin", "here", "inbox", "instance", "new"})
_log = get(__name__)


async def register(
    node: Node,
    *,
    username: str,
    email: str,
    password: str = "",
    role: RoleName = "user",
    locale: str = "",
    display_name: str = "",
) -> int:
    """A new person of this node; the id. Without a password nobody can sign in by one. Raises Invalid or Conflict with what to change."""
    name = username.lower()
    check_username(username)
    if not _EMAIL.fullmatch(email):
        raise Invalid(f"{email}: is not an e-mail address")
    if await is_email_refused(node, email):
        raise Invalid(f"{email}: nobody may have an account with this address; an administrator blocked it")
    password_hash = await _hashed(node, password) if password else ""
    uri = node.uri(f"/users/{username}")
    keys = await make_keys(uri)
    account_id = node.ids.next()
    now = to_ms(node.clock.now())
    async with node.database.transaction():
        taken = await node.database.value(
            "SELECT 1 FROM account WHERE handle = ? UNION SELECT 1 FROM local_user WHERE email = ?", name, email.lower()
        )
        if taken is not None:
            raise Conflict(f"{username} or {email} is taken; choose another")
        await insert_local(
            node,
            account_id,
            username,
            "person",
            uri,
            node.uri(f"/@{username}"),
            clean_text(display_name, MAX_NAME_CHARACTERS),
        )
        await node.database.insert(
            "local_user",
            {
                "account_id": account_id, "email": email.lower(), "password_hash": password_hash, "role": role, "locale": locale,
                "default_visibility": "public", "default_sensitive": False, "default_language": "", "created_at": now,
            },
        )  # fmt: skip
        await store_private_keys(node, account_id, keys)
        await events.record(node, events.AccountCreated(account_id, username, role))
        await notify(node, "admin.sign_up", await accounts.administrators(node), account_id)
    return account_id


def check_username(username: str) -> None:
    """Raises Invalid for what cannot be the name of a person or group here."""
    if not _USERNAME.fullmatch(username) or username.lower() in _RESERVED:
        raise Invalid(
            f"{username}: a name has 1 to 30 letters (a-z), digits or _ . - and is none of {', '.join(sorted(_RESERVED))}"
        )


async def ensure_instance_actor(node: Node) -> int:
    """The id of the node's own actor, made at first start (its keys are in the keyring)."""
    uri = node.uri("/actor")
    found = await node.database.value("SELECT id FROM account WHERE uri = ?", uri)
    if found is not None:
        return int(found)
    account_id = node.ids.next()
    async with node.database.transaction():
        await insert_local(
            node, account_id, node.settings.domain, "application", uri, node.uri("/"), node.settings.name
        )
    return account_id


async def insert_local(
    node: Node, account_id: int, username: str, kind: str, uri: str, url: str, display_name: str
) -> None:
    await node.database.insert(
        "account",
        {
            "id": account_id, "username": username, "domain": "", "handle": username.lower(), "host": "", "kind": kind, "uri": uri, "url": url,
            "display_name": display_name, "note": "", "note_source": "", "fields_shown": "[]", "emojis": "[]", "avatar_file": "",
            "avatar_remote_url": "", "header_file": "", "header_remote_url": "", "locked": False, "bot": kind == "application",
            "discoverable": True, "indexable": True, "hide_collections": False, "inbox_url": f"{uri}/inbox",
            "shared_inbox_url": node.uri("/inbox"), "outbox_url": f"{uri}/outbox", "followers_url": f"{uri}/followers",
            "following_url": f"{uri}/following", "featured_url": f"{uri}/collections/featured", "moved_to_uri": "", "also_known_as": "[]",
            "followers_count": 0, "following_count": 0, "posts_count": 0, "created_at": to_ms(node.clock.now()),
        },
    )  # fmt: skip


async def make_keys(owner_uri: str, number: int = 1) -> list[PrivateKey]:
    """A fresh RSA and Ed25519 pair for an actor; *number* tells rotated keys apart. In a thread, since RSA takes its time."""
    return [
        await asyncio.to_thread(generate_rsa, key_uri(owner_uri, KeyKind.RSA, number), owner_uri),
        await asyncio.to_thread(generate_ed25519, key_uri(owner_uri, KeyKind.ED25519, number), owner_uri),
    ]


async def store_private_keys(node: Node, account_id: int, keys: Sequence[PrivateKey]) -> None:
    now = to_ms(node.clock.now())
    for key in keys:
        await node.database.insert(
            "account_key",
            {
                "id": node.ids.next(), "account_id": account_id, "uri": key.id, "kind": key.kind.value, "public": _public_text(key.public),
                "sealed": node.keyring.seal(key.to_pem()), "created_at": now,
            },
        )  # fmt: skip


async def rotate_keys(node: Node, account_id: int) -> None:
    """New keys for one of our people. The old ones stay published for a week, so that what they signed still verifies."""
    account = await accounts.account(node, None, account_id)
    made = int(
        await node.database.value("SELECT count(*) FROM account_key WHERE account_id = ? AND kind = 'rsa'", account_id)
    )
    keys = await make_keys(account.uri, made + 1)
    async with node.database.transaction():
        await node.database.execute(
            "UPDATE account_key SET retired_at = ? WHERE account_id = ? AND retired_at IS NULL",
            to_ms(node.clock.now()),
            account_id,
        )
        await store_private_keys(node, account_id, keys)
        await events.record(node, events.KeysRotated(account_id))
        node.database.after_commit(lambda: _forget_signing_keys(node, account_id))


def _forget_signing_keys(node: Node, account_id: int) -> None:
    for kind in KeyKind:
        node.caches.signing_keys.drop((account_id, kind))


def _public_text(key: PublicKey) -> str:
    return key.multibase if key.kind is KeyKind.ED25519 else key.pem


async def _update(node: Node, table: str, key: str, number: int, columns: dict[str, object]) -> None:
    if columns:
        listed = ", ".join(f"{name} = ?" for name in columns)
        await node.database.execute(f"UPDATE {table} SET {listed} WHERE {key} = ?", *columns.values(), number)


async def set_password(node: Node, account_id: int, password: str) -> None:
    """Every session ends: who changed the password may have had a reason."""
    hashed = await _hashed(node, password)
    async with node.database.transaction():
        await node.database.execute("UPDATE local_user SET password_hash = ? WHERE account_id = ?", hashed, account_id)
        await node.database.execute("DELETE FROM web_session WHERE account_id = ?", account_id)


async def check_password(node: Node, email_or_name: str, password: str) -> int:
    """The account that signs in so. The same answer, after the same time, whatever was wrong: NotSignedIn."""
    name = email_or_name.strip().lower()
    row = await node.database.row(
        "SELECT u.account_id, u.password_hash, u.disabled_at FROM local_user u JOIN account a ON a.id = u.account_id WHERE u.email = ? OR a.handle = ?",
        name, name.removeprefix("@"),
    )  # fmt: skip
    async with node.hashing:
        fits = await asyncio.to_thread(password_fits, password, row["password_hash"] if row else "")
    if row is None or not fits or row["disabled_at"] is not None:
        raise NotSignedIn("E-mail address or password is not right, or the account is disabled")
    account_id = int(row["account_id"])
    if needs_new_hash(row["password_hash"]):
        await _hash_again(node, account_id, password, row["password_hash"])
    return account_id


async def _hash_again(node: Node, account_id: int, password: str, before: str) -> None:
    """With today's parameters, while the password is at hand. Nothing else changes: sessions go on, and a password changed meanwhile stays."""
    hashed = await _hashed(node, password)
    await node.database.execute(
        "UPDATE local_user SET password_hash = ? WHERE account_id = ? AND password_hash = ?", hashed, account_id, before
    )


async def _hashed(node: Node, password: str) -> str:
    async with node.hashing:
        return await asyncio.to_thread(hash_password, password)


async def disable(node: Node, account_id: int, by: str) -> None:
    """Sessions and tokens stop working at once; posts stay, and a group that only this person owned gets another owner."""
    await accounts.user(node, account_id)
    async with node.database.transaction():
        now = to_ms(node.clock.now())
        await node.database.execute(
            "UPDATE local_user SET disabled_at = ? WHERE account_id = ? AND disabled_at IS NULL", now, account_id
        )
        await node.database.execute("DELETE FROM web_session WHERE account_id = ?", account_id)
        await group_rows.leave_all(node, account_id)
        await events.record(node, events.AccountDisabled(account_id, by))
        tell(node, Signal("access", accounts=(account_id,)))


async def enable(node: Node, account_id: int, by: str) -> None:
    await accounts.user(node, account_id)
    async with node.database.transaction():
        await node.database.execute("UPDATE local_user SET disabled_at = NULL WHERE account_id = ?", account_id)
        await events.record(node, events.AccountEnabled(account_id, by))


async def note_seen(node: Node, account_id: int, address: str = "") -> None:
    """Remember that the person was here and from where, once an hour at most: for counts of the active and for moderators, never for watching anybody."""
    now = to_ms(node.clock.now())
    await node.database.execute(
        "UPDATE local_user SET last_seen_at = ?, last_ip = ? WHERE account_id = ? AND (last_seen_at IS NULL OR last_seen_at < ?)",
        now, address[:50], account_id, now - 3_600_000,
    )  # fmt: skip


async def receive_actor(node: Node, actor: RemoteActor, handle_domain: str = "") -> int:
    """Keep what another node says of its actor, fetched from there or proved; the id.

    *handle_domain* is the domain of its handle where that was confirmed from both sides to be another than its host; what the actor itself says of that
    is not believed.

    Raises Refused when the actor's host or its inbox is not one that we may speak with: an allowed actor must not make us post to a stranger.
    """
    host = host_of(actor.uri, allow_http=node.settings.development)
    await _check_may_deliver(node, actor.inbox, host)
    shared = actor.shared_inbox if actor.shared_inbox and await _may_deliver(node, actor.shared_inbox) else ""
    domain = handle_domain or host
    handle = f"{actor.username}@{domain}".lower()
    now = to_ms(node.clock.now())
    columns: dict[str, object] = {
        "kind": actor.kind.lower(), "url": actor.url or actor.uri, "display_name": actor.name, "note": actor.summary_html,
        "fields_shown": json_text([{"name": name, "value": value} for name, value in actor.fields]),
        "emojis": json_text([{"shortcode": shortcode, "domain": domain} for shortcode, _url, _still in actor.emojis]),
        "avatar_remote_url": actor.icon_url or "", "header_remote_url": actor.image_url or "", "locked": actor.locked, "bot": actor.bot,
        "discoverable": actor.discoverable, "indexable": actor.indexable, "inbox_url": actor.inbox, "shared_inbox_url": shared,
        "outbox_url": actor.outbox or "", "followers_url": actor.followers or "", "following_url": actor.following or "",
        "featured_url": actor.featured or "", "moved_to_uri": actor.moved_to or "", "also_known_as": json_text(list(actor.also_known_as)),
        "fetched_at": now,
    }  # fmt: skip
    async with node.database.transaction():
        known = await node.database.row(
            "SELECT id, host, avatar_remote_url, header_remote_url FROM account WHERE uri = ?", actor.uri
        )
        if known is not None and not known["host"]:
            raise Refused("this is an account of our own")
        if known is None:
            account_id = node.ids.next()
            await _free_handle(node, handle)
            written = await node.database.insert(
                "account",
                {
                    "id": account_id, "username": actor.username, "domain": domain, "handle": handle, "host": host, "uri": actor.uri,
                    "note_source": "", "avatar_file": "", "header_file": "", "hide_collections": False, "followers_count": 0,
                    "following_count": 0, "posts_count": 0, "created_at": to_ms(actor.published or node.clock.now()), **columns,
                },
                if_absent="handle",
            )  # fmt: skip
            if not written:  # met at the same moment by somebody else's request, who has written all of it
                return await _met_meanwhile(node, actor.uri)
        else:
            account_id = int(known["id"])
            for which in ("avatar", "header"):  # a new picture: the file of the old one shows it no longer
                if known[f"{which}_remote_url"] != columns[f"{which}_remote_url"]:
                    columns[f"{which}_file"] = ""
            await _update(node, "account", "id", account_id, columns)
        await suspensions.follow_origin(node, account_id, actor.suspended)
        if actor.kind == "Group":
            await roster.receive_profile(node, account_id, actor)
        await _replace_keys(node, account_id, actor.uri, actor.keys)
        await remember_emoji(node, domain, actor.emojis)
    return account_id


async def _met_meanwhile(node: Node, uri: str) -> int:
    found = await node.database.value("SELECT id FROM account WHERE uri = ?", uri)
    if found is None:
        raise Conflict("Another actor took this name at the same moment; ask again")
    return int(found)


async def _replace_keys(node: Node, account_id: int, owner: str, keys: Sequence[RemoteKey]) -> None:
    """The actor's document names all its keys: others are no longer believed."""
    usable = [key for remote in keys if (key := _readable(remote, owner)) is not None]
    before = {
        row["uri"]: row["public"]
        for row in await node.database.rows("SELECT uri, public FROM account_key WHERE account_id = ?", account_id)
    }
    if before and usable and not any(before.get(key.id) == _public_text(key) for key in usable):
        _log.warning("actor.all_keys_changed", actor=owner)
    now = to_ms(node.clock.now())
    for key in usable:
        if before.get(key.id) == _public_text(key):
            continue
        await node.database.execute(
            "INSERT INTO account_key (id, account_id, uri, kind, public, created_at) VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (uri) DO UPDATE SET kind = EXCLUDED.kind, public = EXCLUDED.public, retired_at = NULL"
            " WHERE account_key.account_id = EXCLUDED.account_id AND account_key.sealed IS NULL",
            node.ids.next(), account_id, key.id, key.kind.value, _public_text(key), now,
        )  # fmt: skip
    kept = [key.id for key in usable]
    await node.database.execute(
        f"DELETE FROM account_key WHERE account_id = ? AND sealed IS NULL AND uri NOT IN ({marks(kept) or 'NULL'})",
        account_id,
        *kept,
    )
    for uri in {*before, *kept}:
        node.caches.public_keys.drop(uri)


def _readable(remote: RemoteKey, owner: str) -> PublicKey | None:
    try:
        if remote.multibase:
            return PublicKey.from_multibase(remote.id, owner, remote.multibase)
        return PublicKey.from_pem(remote.id, owner, remote.pem or "")
    except FediverseError as problem:
        _log.info("actor.key_unreadable", key=remote.id, reason=problem.safe)
        return None


async def _free_handle(node: Node, handle: str) -> None:
    """A name that another actor has now: what is known of the old one stays with the old one's id."""
    await node.database.execute(
        "UPDATE account SET handle = handle || '#' || CAST(id AS VARCHAR) WHERE handle = ?", handle
    )


async def _check_may_deliver(node: Node, inbox: str, host: str) -> None:
    if not await _may_deliver(node, inbox):
        raise Refused(f"{host} is not allowed, or names an inbox on a host that is not")


async def _may_deliver(node: Node, inbox: str) -> bool:
    try:
        host = host_of(inbox, allow_http=node.settings.development)
    except FediverseError:
        return False
    return (await node.rules.decide(Direction.OUT_DELIVER, "actor", host)).allowed


async def delete_remote(node: Node, account_id: int) -> None:
    """A remote actor is gone: its posts, ties and keys go, its URI stays taken."""
    account = await accounts.account(node, None, account_id)
    if account.local:
        raise Refused("only an actor of another node ends by its Delete")
    now = to_ms(node.clock.now())
    async with node.database.transaction():
        await roster.forget_everywhere(node, account_id)
        await node.database.execute(
            "UPDATE account SET followers_count = CASE WHEN followers_count > 0 THEN followers_count - 1 ELSE 0 END"
            " WHERE id IN (SELECT target_id FROM follow WHERE follower_id = ? AND state = 'accepted')", account_id
        )  # fmt: skip
        await node.database.execute(
            "UPDATE account SET following_count = CASE WHEN following_count > 0 THEN following_count - 1 ELSE 0 END"
            " WHERE id IN (SELECT follower_id FROM follow WHERE target_id = ? AND state = 'accepted')", account_id
        )  # fmt: skip
        await node.database.execute("DELETE FROM follow WHERE follower_id = ? OR target_id = ?", account_id, account_id)
        await node.database.execute("DELETE FROM notification WHERE from_account_id = ?", account_id)
        await node.database.execute(
            "DELETE FROM home_entry WHERE post_id IN (SELECT id FROM post WHERE author_id = ?)", account_id
        )
        await node.database.execute("DELETE FROM reaction WHERE account_id = ?", account_id)
        search_key = "rowid" if node.database.dialect == "sqlite" else "post_id"
        for table, key in (("post_search", search_key), ("post_edit", "post_id")):
            await node.database.execute(
                f"DELETE FROM {table} WHERE {key} IN (SELECT id FROM post WHERE author_id = ?)", account_id
            )
        await node.database.execute(
            "UPDATE post SET deleted_at = ?, content = '', source = '', summary = '', title = '' WHERE author_id = ? AND deleted_at IS NULL",
            now,
            account_id,
        )
        await conversations.mend(node)
        await node.database.execute("DELETE FROM account_key WHERE account_id = ?", account_id)
        await node.database.execute(
            "UPDATE account SET deleted_at = ?, display_name = '', note = '', fields_shown = '[]', avatar_remote_url = '', avatar_file = '',"
            " header_remote_url = '', header_file = '' WHERE id = ?", now, account_id
        )  # fmt: skip
    node.caches.public_keys.clear()
