"""Admin::Account: an account with what only moderators are told. Texts are empty, never null, for accounts of other nodes: clients decode them as texts."""

from fediverse.mastodon.entities.accounts import account, role
from fediverse.mastodon.entities.values import Entity, moment
from fediverse.queries.moderation import ModeratedAccountView


def admin_account(view: ModeratedAccountView) -> Entity:
    """Nobody signs up by themselves here, so every account is confirmed and approved."""
    person = view.account
    seen_at = view.last_seen_at or view.created_at
    return {
        "id": str(person.id),
        "username": person.username,
        "domain": person.domain or None,
        "created_at": moment(view.created_at),
        "email": view.email,
        "ip": view.ip or None,
        "ips": [{"ip": view.ip, "used_at": moment(seen_at)}] if view.ip else [],
        "role": role(view.role),
        "confirmed": True,
        "approved": True,
        "disabled": view.disabled,
        "silenced": person.limited,
        "suspended": person.suspended,
        "sensitized": person.sensitized,
        "locale": view.locale,
        "invite_request": None,
        "created_by_application_id": None,
        "invited_by_account_id": None,
        "account": account(person),
    }
