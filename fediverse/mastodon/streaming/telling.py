"""What concerns single people: notifications, conversations, filters, announcements, and whether their tokens are still good."""

from collections.abc import Iterable

from fediverse.errors import NotSignedIn
from fediverse.mastodon.streaming.frames import Message
from fediverse.mastodon.streaming.register import Connection, Register
from fediverse.mastodon.streaming.shown import (
    announcement_message,
    conversation_message,
    notification_message,
    reaction_message,
)
from fediverse.node import Node
from fediverse.queries import streaming
from fediverse.queries.access import signed_in_by_token
from fediverse.streams.outlets import End
from fediverse.streams.signals import Signal

_NOTIFIED = ("user", "user:notification")


async def notifications(node: Node, register: Register, signal: Signal) -> None:
    """What the people named, or anybody when none is, were told that was not shown yet."""
    accounts = signal.accounts or register.accounts()
    floors = {account_id: told.floor for account_id in accounts if (told := register.told.get(account_id))}
    for account_id, number in await streaming.notified(node, floors):
        told = register.told.get(account_id)
        if told is not None and told.is_new(number):
            message = await notification_message(node, account_id, number)
            _send(_may_read_notifications(register, [account_id]), message, *_NOTIFIED)


async def notifications_merged(node: Node, register: Register, signal: Signal) -> None:  # noqa: ARG001 - every handler's signature
    _send(_may_read_notifications(register, signal.accounts), Message("notifications_merged", "1"), *_NOTIFIED)


async def conversation(node: Node, register: Register, signal: Signal) -> None:
    for connection in register.connections_of(signal.accounts):
        _send([connection], await conversation_message(node, connection.account_id, signal.id), "direct")


async def filters_changed(node: Node, register: Register, signal: Signal) -> None:  # noqa: ARG001
    _send(register.connections_of(signal.accounts), Message("filters_changed", None), "user")


async def announcement(node: Node, register: Register, signal: Signal) -> None:
    for account_id in register.accounts():
        message = await announcement_message(node, account_id, signal.id)
        _send(register.connections_of([account_id]), message, "user")


async def announcement_reaction(node: Node, register: Register, signal: Signal) -> None:
    accounts = register.accounts()
    message = await reaction_message(node, accounts[0], signal.id, signal.name)
    _send(register.connections_of(accounts), message, "user")


async def announcement_deleted(node: Node, register: Register, signal: Signal) -> None:  # noqa: ARG001
    _send(register.connections_of(register.accounts()), Message("announcement.delete", str(signal.id)), "user")


async def access_changed(node: Node, register: Register, signal: Signal) -> None:
    await check(node, register, signal.accounts or register.accounts())


async def check(node: Node, register: Register, accounts: Iterable[int]) -> None:
    """Close the streams of these people whose token is not good any more."""
    connections = register.connections_of(accounts)
    for token in {connection.token for connection in connections}:
        try:
            await signed_in_by_token(node, token)
        except NotSignedIn:
            register.close((one for one in connections if one.token == token), End.REVOKED)


def _may_read_notifications(register: Register, accounts: Iterable[int]) -> list[Connection]:
    """The stream `user` brings them too, to a token that may read them."""
    return [one for one in register.connections_of(accounts) if one.access.may("read:notifications")]


def _send(connections: Iterable[Connection], message: Message | None, *names: str) -> None:
    """On those streams of these connections that are called so."""
    if message is None:
        return
    for connection in connections:
        for topic in list(connection.topics):
            if topic.name in names:
                connection.send(topic, message)
