"""Guards, each with the change that takes it away: where it stands, its exact text, and the text that stands there when nobody guards any more.

A change must leave a program that runs and refuses less. `tests/leakcheck/test_guards.py` sees to it that each text still stands in the source exactly once.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Change:
    path: str
    before: str
    after: str


@dataclass(frozen=True)
class Guard:
    """*also*: tests that are run when the quick leak check stays green, as the vectors name them. *twin*: a second line that holds alone when the first is
    gone; they are taken away together, as one of them cannot be missed.
    """

    name: str
    path: str
    before: str
    after: str
    also: tuple[str, ...] = ()
    twin: Change | None = None

    @property
    def changes(self) -> tuple[Change, ...]:
        first = Change(self.path, self.before, self.after)
        return (first,) if self.twin is None else (first, self.twin)


_VISIBILITY = "fediverse/policy/visibility.py"
_DOMAINS = "fediverse/policy/domains.py"
_RECEIVE = "fediverse/federation/receive.py"
_AUTHORITY = "fediverse/federation/authority.py"
_STANDING = "fediverse/federation/standing.py"
_ADMISSION = "tests/federation/test_admission.py"
_TESTS_OF_DOMAINS = ("tests/policy/test_domains.py",)
_TESTS_OF_ADMISSION = (_ADMISSION, "tests/federation/test_authority.py")
_TESTS_OF_VISIBILITY = (
    "tests/policy/test_visibility.py",
    "tests/policy/test_visibility_in_groups.py",
    "tests/journeys/test_attacks_by_colleagues.py",
)

GUARDS = (
    # ── who sees a post ───────────────────────────────────────────────────────────────────────────
    Guard(
        "a deleted post is nobody's", _VISIBILITY, "({post}.deleted_at IS NULL AND {suspended_at} IS NULL AND (",
        "({suspended_at} IS NULL AND (", _TESTS_OF_VISIBILITY,
    ),
    Guard(
        "a suspended author's post is nobody's", _VISIBILITY, "({post}.deleted_at IS NULL AND {suspended_at} IS NULL AND (",
        "({post}.deleted_at IS NULL AND (", _TESTS_OF_VISIBILITY,
    ),
    Guard("whom an author blocks sees nothing", _VISIBILITY, "OR (NOT {blocked} AND", "OR (({blocked}) IS NOT NULL AND", _TESTS_OF_VISIBILITY),
    Guard(
        "followers' posts are for followers", _VISIBILITY, "OR ({post}.visibility = 'private' AND {follows})) END))))",
        "OR ({post}.visibility = 'private' AND ({follows}) IS NOT NULL)) END))))", _TESTS_OF_VISIBILITY,
    ),
    Guard("direct posts are for those named", _VISIBILITY, "OR {mentioned} OR ({post}.visibility", "OR ({mentioned}) IS NOT NULL OR ({post}.visibility", _TESTS_OF_VISIBILITY),
    Guard("a request is no follow", _VISIBILITY, "AND f.target_id = {post}.author_id AND f.state = 'accepted')\"\n    blocked", 'AND f.target_id = {post}.author_id)"\n    blocked', _TESTS_OF_VISIBILITY),
    Guard("a group's posts are its members'", _VISIBILITY, 'THEN {member}"', 'THEN ({member}) IS NOT NULL"', _TESTS_OF_VISIBILITY),
    Guard("a request to join is no membership", _VISIBILITY, "\" AND gf.state = 'accepted' AND ga.suspended_at IS NULL)\"", '" AND ga.suspended_at IS NULL)"', _TESTS_OF_VISIBILITY),
    Guard("a boost shows what its reader may see", _VISIBILITY, '.boost_of_id AND {original}))"', '.boost_of_id AND ({original}) IS NOT NULL))"', _TESTS_OF_VISIBILITY),
    Guard("company posts stay", _VISIBILITY, "IS NULL AND NOT {post}.local_only AND {ours}", "IS NULL AND {ours}", _TESTS_OF_VISIBILITY),
    Guard("a group's posts go to its nodes", _VISIBILITY, "({post}.group_id IS NULL OR {disclosed})", "({post}.group_id IS NULL OR ({disclosed}) IS NOT NULL)", _TESTS_OF_VISIBILITY),
    Guard(
        "what was said before a node joined stays",
        _VISIBILITY,
        " AND (gn.from_sequence = 0 OR {post}.created_at >= gn.admitted_at)",
        "",
        _TESTS_OF_VISIBILITY,
    ),
    Guard(
        "followers' posts go to nodes with followers", _VISIBILITY, "({post}.visibility = 'private' AND {follower})) END))",
        "({post}.visibility = 'private' AND ({follower}) IS NOT NULL)) END))", _TESTS_OF_VISIBILITY,
    ),
    Guard("direct posts go to nodes of those named", _VISIBILITY, "ELSE ({mentioned} OR {wide}", "ELSE (({mentioned}) IS NOT NULL OR {wide}", _TESTS_OF_VISIBILITY),
    Guard("a narrow reach narrows", _VISIBILITY, 'if reach is Reach.NETWORK else "1 = 0"', 'if reach is not None else "1 = 0"', _TESTS_OF_VISIBILITY),
    # ── which domains may speak with us ───────────────────────────────────────────────────────────
    Guard("what no rule allows is denied", _DOMAINS, 'Verdict(Effect.DENY, None, None, f"{contact} is refused: no rule allows it")', 'Verdict(Effect.ALLOW, None, None, f"{contact}")', _TESTS_OF_DOMAINS),
    Guard("a hold is no allow", _DOMAINS, "return self.effect is Effect.ALLOW\n", "return self.effect is not Effect.DENY\n", _TESTS_OF_DOMAINS),
    Guard("a refused host is not connected to", "fediverse/remote/transport.py", "if not verdict.allowed:", "if verdict is None:", ("tests/remote/test_client_gate.py",)),
    Guard("a refused host may not read", "fediverse/federation/gate.py", "        verdict = await node.rules.decide(direction, kind, host)\n        if not verdict.allowed:\n            await refuse", "        verdict = await node.rules.decide(direction, kind, host)\n        if verdict is None:\n            await refuse", (_ADMISSION, "tests/federation/test_objects.py")),
    Guard("policy is asked before any key is fetched", "fediverse/federation/authentication.py", "    await require_plausible(node, direction, kind, (claim.key_id,))\n", "", ("tests/federation/test_objects.py",)),
    Guard("the owner of a key is asked about, too", "fediverse/federation/authentication.py", "    await require_allowed(node, direction, kind, (claim.key_id, known.key.owner))\n", "", ("tests/federation/test_objects.py",)),
    # ── who said it ───────────────────────────────────────────────────────────────────────────────
    Guard("a signature is checked", "fediverse/federation/authentication.py", "        verify(claim, message, key)", "        _ = key", ("tests/federation/test_objects.py",)),
    Guard("a delivery's signature is checked", _RECEIVE, "        verify(claim, claim.message, key)", "        _ = key", _TESTS_OF_ADMISSION),
    Guard("the actor itself said it", _RECEIVE, "    if signer.key.owner == activity.actor:\n", "    if signer.key.owner is not None:\n", _TESTS_OF_ADMISSION),
    Guard("id and actor share an origin", _RECEIVE, "    if not same_origin(authority.id_of(activity), activity.actor, allow_http=node.settings.development):", "    if authority.id_of(activity) is None:", _TESTS_OF_ADMISSION),
    Guard("every host that we act on is asked about", _RECEIVE, "        await require_allowed(node, Direction.IN_POST, activity.type, acted_on)", "        _ = acted_on", _TESTS_OF_ADMISSION),
    Guard("a proof is the actor's", _AUTHORITY, "    if known.key.owner != activity.actor:", "    if known.key.owner is None:", _TESTS_OF_ADMISSION),
    # ── what the sender may touch ─────────────────────────────────────────────────────────────────
    Guard(
        "a sender touches what it may see", _STANDING, "if found.local_only or (found.author.local and not await may_have(node, sender.host, found.id)):",
        "if found.id == 0:", ("tests/federation/test_attacks_by_allowed_servers.py", "tests/federation/test_activities_between_people.py"),
    ),
    Guard("only its author deletes a post", "fediverse/actions/received.py", '        raise Refused("only its author may delete a post")', "        pass", ("tests/federation/test_activities.py",)),
    Guard("a post is its sender's", "fediverse/federation/activities/create.py", "    if post.author_uri != sender.uri:", "    if not post.author_uri:", ("tests/federation/test_activities.py",)),
    Guard("what may not be boosted is not", "fediverse/policy/permissions.py", '    return post.visibility == "private" and post.author.id == account_id', "    return account_id > 0", ("tests/mastodon/test_statuses.py", "tests/journeys/test_journey_reactions.py", "tests/mastodon/test_groups_api.py")),
    Guard("only its author changes a post", "fediverse/policy/permissions.py", "    return post.author.id == account_id\n\n\ndef may_pin", "    return account_id > 0\n\n\ndef may_pin", ("tests/mastodon/test_statuses.py",)),
    Guard(
        "staff alone sees reports", "fediverse/mastodon/admin/access.py", "    if me.access.role not in STAFF:", "    if me.access.role == '':", ("tests/mastodon/test_admin_accounts.py",),
        Change("fediverse/queries/access.py", "return frozenset(granted) if role in _ADMINISTER else", "return frozenset(granted) if role is not None else"),
    ),
    Guard("staff alone acts on others", "fediverse/actions/staff.py", "    if role not in STAFF:", "    if role == '':", ("tests/actions/test_staff.py",)),
    # ── media ─────────────────────────────────────────────────────────────────────────────────────
    Guard("a media link carries its permission", "fediverse/storage/links.py", "hmac.compare_digest(_mac(node, path, hour).encode(), token.encode())", "len(token) > 0", ("tests/storage/test_links.py",)),
    # ── groups ────────────────────────────────────────────────────────────────────────────────────
    Guard("a secret group is unknown to other servers", "fediverse/policy/groups.py", '    return access == "closed" and (was_disclosed or allows_host(domains, host))', "    return True", ("tests/groups/test_private_groups.py",)),
    Guard("only members post in a group", "fediverse/policy/groups.py", '    return role is not None and (posting == "members"', '    return role is None or (posting == "members"', ("tests/groups/test_group_attacks.py",)),
    Guard("a group's list of domains holds", "fediverse/policy/groups.py", '    return host == "" or any(', "    return host is not None or any(", ("tests/groups/test_owner_stories.py",)),
    Guard("a group's word is worth nothing for another's people", "fediverse/federation/relayed.py", '    raise SignatureRefused("The member\'s own word for this is missing", code="not_the_actor")', '    return "signature"', ("tests/groups/test_group_attacks.py",)),
)  # fmt: skip
