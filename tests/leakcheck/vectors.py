"""The known ways to leak, each with the tests that stand in it: thirty that other products had, the rules of private groups, and what slips through a closed federation.

`test_vectors.py` sees to it that every test named here exists; `scripts/leakcheck` runs them all and prints the list.
"""

from dataclasses import dataclass

_LEAKS = "tests/leakcheck/test_nothing_leaks.py::test_nobody_outside_receives_a_canary"
_CONTACTS = "tests/leakcheck/test_nothing_leaks.py::test_nobody_comes_to_a_host_that_is_held_or_unknown"
_MEMBERS = "tests/leakcheck/test_members_receive.py::test_every_way_carries_what_it_is_for"
_EQUAL = "tests/leakcheck/test_equal_answers.py::test_a_secret_group_is_answered_like_a_name_that_does_not_exist"
_STATEMENTS = "tests/leakcheck/test_equal_answers.py::test_a_secret_group_costs_as_much_as_a_name_that_does_not_exist"
_JOURNEYS = "tests/journeys"
_PRIVATE = "tests/groups/test_private_groups.py"
_ATTACKS = "tests/groups/test_group_attacks.py"
_ORDER = "tests/groups/test_group_order.py"
_CONNECTIONS = "tests/remote/test_client_connections.py"
_REDIRECTS = "tests/remote/test_client_redirects.py"


@dataclass(frozen=True)
class Vector:
    """*absent*: why no test stands here, where this program has nothing that could leak this way."""

    number: str
    title: str
    tests: tuple[str, ...] = (_LEAKS,)
    absent: str = ""


VECTORS = (
    Vector("1", "the JSON of an object", (_LEAKS, "tests/federation/test_objects.py::test_a_hidden_post_is_answered_like_an_unknown_one")),
    Vector("2", "the JSON of an activity"),
    Vector("3", "the outbox", (_LEAKS, "tests/federation/test_objects.py::test_an_outbox_is_read_page_by_page")),
    Vector("4", "followers, members and their numbers", (_LEAKS, "tests/federation/test_objects.py::test_collections_of_people_show_their_size_alone")),
    Vector("5", "pinned posts and tags"),
    Vector("6", "an Undo, Delete or Update that embeds what it is about", (_LEAKS, f"{_JOURNEYS}/test_journey_audiences.py::test_nothing_of_a_company_only_post_leaves")),
    Vector("7", "the card of an actor"),
    Vector("8", "WebFinger", (_LEAKS, _EQUAL)),
    Vector("9", "NodeInfo, the directory, peers, emoji", (_LEAKS, "tests/house/test_open_routes.py::test_nothing_of_anybody_stands_in_what_a_stranger_reads")),
    Vector("10", "names of tags and their timelines"),
    Vector("11", "names that are hidden"),
    Vector("12", "a shared inbox with one allowed and one refused recipient", (_LEAKS, "tests/federation/test_sending.py::test_an_outsider_who_is_named_gets_nothing_and_hinders_nobody")),
    Vector("13", "forwarding and wrapping", (_LEAKS, _CONTACTS)),
    Vector("14", "a quote, boost or answer into a wider audience", (_LEAKS, f"{_JOURNEYS}/test_quotes_between_nodes.py::test_a_quote_of_a_company_post_never_leaves")),
    Vector("15", "threads and replies"),
    Vector("16", "numbers of votes and reactions", (_LEAKS, "tests/federation/test_polls_between_nodes.py::test_company_poll_leaves_nothing_elsewhere")),
    Vector("17", "media, previews and their descriptions by a direct address", (_LEAKS, f"{_JOURNEYS}/test_journey_posts.py::test_a_picture_is_not_given_to_a_node_that_may_not_have_its_post")),
    Vector("18", "a link preview that fetches an internal address", (_CONTACTS,)),
    Vector("19", "redirects of fetches and of keys to internal addresses", (_CONTACTS, f"{_REDIRECTS}::test_address_is_checked_at_each_hop", f"{_REDIRECTS}::test_fetch_follows_a_redirect_to_an_allowed_host_only")),
    Vector("20", "an actor who is not the signer", (_LEAKS, "tests/federation/test_admission.py::test_an_allowed_key_does_not_carry_a_refused_actor")),
    Vector("21", "search, trends, suggestions, completion", (_LEAKS, "tests/mastodon/test_search.py::test_an_address_opens_no_hidden_post")),
    Vector("22", "streams after somebody was removed", (_LEAKS, "tests/streams/test_streams_access.py::test_after_an_unfollow_nothing_more_arrives")),
    Vector("23", "pushed messages after somebody was removed", (_LEAKS, "tests/workers/test_push_delivery.py::test_what_may_not_be_seen_any_more_is_not_pushed")),
    Vector("24", "oEmbed, feeds, pages and their tags", (_LEAKS, "tests/house/test_open_routes.py::test_exactly_these_routes_answer_a_stranger")),
    Vector("25", "the words of errors, 404 beside 403, and time", (_EQUAL, _STATEMENTS, "tests/journeys/test_attacks_by_colleagues.py::test_what_is_hidden_is_as_unknown_as_what_never_was")),
    Vector("26", "a post for later that is published when the audience has shrunk", (_LEAKS, "tests/mastodon/test_scheduled.py::test_it_federates_when_it_is_out")),
    Vector("27", "a delivery that waits when the agreement ends", (_CONTACTS, f"{_JOURNEYS}/test_journey_removed_domains.py::test_what_was_queued_before_the_removal_is_held_too")),
    Vector("28", "what was said before a node joined", (_LEAKS, "tests/groups/test_group_journeys.py::test_a_closed_group_across_two_companies")),
    Vector("29", "an edit that names an outsider", (_LEAKS, "tests/journeys/test_attacks_by_colleagues.py::test_an_edit_gives_nobody_new_what_was_said_before")),
    Vector("30", "an export with what others wrote", (), "people cannot export yet; the operator's backup is the whole node"),
    # ── private groups ────────────────────────────────────────────────────────────────────────────
    Vector("T-160", "an outsider on an allowed node asks for a post", (_LEAKS, _EQUAL, f"{_PRIVATE}::test_member_nodes_get_a_post_and_others_get_nothing")),
    Vector("T-161", "a member's node asks for a post", (_MEMBERS, f"{_PRIVATE}::test_member_nodes_get_a_post_and_others_get_nothing")),
    Vector("T-162", "the node of a removed member", (_LEAKS, f"{_PRIVATE}::test_a_node_whose_last_member_was_removed_gets_nothing_more")),
    Vector("T-163", "a colleague of a member asks the own node", (_LEAKS, f"{_PRIVATE}::test_a_colleague_of_a_member_finds_nothing", f"{_JOURNEYS}/test_journey_audiences.py::test_a_follow_that_waits_for_an_answer_shows_nothing")),
    Vector("T-164", "a public object in a private audience", (_LEAKS, f"{_ATTACKS}::test_a_post_for_all_that_claims_a_closed_group_is_refused")),
    Vector("T-165", "an answer that names an outsider", (_LEAKS, f"{_PRIVATE}::test_naming_an_outsider_is_refused_with_a_sentence")),
    Vector("T-166", "an Announce that is forged for another author", (_LEAKS, f"{_ATTACKS}::test_a_moderators_node_does_not_speak_for_others", f"{_ATTACKS}::test_the_groups_own_node_cannot_make_up_words_of_others")),
    Vector("T-167", "an Announce by another group", (_LEAKS, f"{_ATTACKS}::test_another_group_does_not_pass_on_what_was_said_here")),
    Vector("T-168", "a boost of a private post", (_LEAKS, f"{_PRIVATE}::test_what_is_written_in_a_group_is_boosted_and_quoted_nowhere_else")),
    Vector("T-169", "a quote of a private post elsewhere", (_LEAKS, f"{_PRIVATE}::test_what_is_written_in_a_group_is_boosted_and_quoted_nowhere_else", f"{_JOURNEYS}/test_quotes_between_nodes.py::test_a_quote_of_a_company_post_never_leaves")),
    Vector("T-170", "a membership that somebody else claims", (_LEAKS, f"{_PRIVATE}::test_membership_is_asked_of_the_groups_node_and_not_for_ever")),
    Vector("T-171", "media without a session", (_LEAKS, f"{_PRIVATE}::test_member_nodes_get_a_post_and_others_get_nothing")),
    Vector("T-172", "attachments of a removed post", (_LEAKS, f"{_PRIVATE}::test_pictures_of_a_deleted_post_are_gone_everywhere")),
    Vector("T-173", "search by who is no member", (_LEAKS, f"{_PRIVATE}::test_a_colleague_of_a_member_finds_nothing", "tests/mastodon/test_secret_groups.py::test_no_list_or_search_names_a_secret_group")),
    Vector("T-174", "a moderator who is none any more", (f"{_PRIVATE}::test_a_demoted_moderator_acts_no_more", "tests/mastodon/test_group_members_api.py::test_only_moderators_decide")),
    Vector("T-175", "two moderators at once", (f"{_ORDER}::test_two_moderators_at_once_end_in_one_state",)),
    Vector("T-176", "a gap in what a group sent", (f"{_ORDER}::test_what_was_lost_on_the_way_is_pulled_in_order",)),
    Vector("T-177", "a group whose node is away for a day", (f"{_ORDER}::test_a_group_whose_node_was_down_for_a_day_loses_nothing", f"{_ORDER}::test_a_member_node_that_was_down_for_a_day_catches_up")),
    Vector("T-178", "a deletion reaches every node that got the post", (f"{_ORDER}::test_a_deletion_reaches_who_was_removed_meanwhile",)),
    Vector("T-179", "numbers and collections that tell of a group", (_LEAKS, _EQUAL, f"{_PRIVATE}::test_what_outsiders_may_read_does_not_name_the_group")),
    # ── what slips through a closed federation ────────────────────────────────────────────────────
    Vector("T-200", "a delivery to a host that was allowed before, or never", (_CONTACTS, f"{_JOURNEYS}/test_journey_removed_domains.py::test_after_a_removal_the_next_post_is_held_and_nothing_arrives", "tests/remote/test_client_gate.py::test_refused_host_is_neither_looked_up_nor_connected_to")),
    Vector("T-201", "a host that is blank or empty", ("tests/policy/test_domains.py::test_what_is_no_host_is_denied_whatever_the_rules_say", "tests/policy/test_hosts.py::test_what_is_not_exactly_a_host_is_refused", "tests/remote/test_client_gate.py::test_addresses_that_read_in_two_ways_reach_nobody")),
    Vector("T-202", "an inbox on another host", (_CONTACTS, "tests/federation/test_authority.py::test_an_actor_whose_inbox_is_elsewhere_is_not_taken_in", "tests/federation/test_attacks_by_allowed_servers.py::test_an_inbox_at_our_own_door_is_refused")),
    Vector("T-203", "an author on an allowed host, the object on another", ("tests/federation/test_activities.py::test_a_post_with_an_id_of_another_origin_is_dropped",)),
    Vector("T-204", "a key and an actor of different hosts", (_LEAKS, "tests/federation/test_admission.py::test_an_allowed_key_does_not_carry_a_refused_actor", "tests/federation/test_admission.py::test_a_refused_key_does_not_carry_an_allowed_actor")),
    Vector("T-205", "a redirect to another host", (_CONTACTS, f"{_REDIRECTS}::test_fetch_follows_a_redirect_to_an_allowed_host_only", "tests/house/test_domain_policy_has_no_way_round.py::test_no_redirect_leads_to_a_refused_host")),
    Vector("T-206", "a name below an allowed one", ("tests/policy/test_domains.py::test_exact_rule_covers_only_its_host", "tests/policy/test_domains.py::test_wildcard_covers_all_names_below_and_not_itself")),
    Vector("T-207", "other spellings of a host", (_CONTACTS, "tests/policy/test_hosts.py::test_every_spelling_of_a_host_becomes_one", "tests/policy/test_hosts.py::test_no_uri_smuggles_in_what_is_not_a_host")),
    Vector("T-208", "one outsider among those named", (_CONTACTS, "tests/federation/test_sending.py::test_an_outsider_who_is_named_gets_nothing_and_hinders_nobody", "tests/federation/test_activities.py::test_an_outsider_among_the_addressed_kills_nothing")),
    Vector("T-209", "an outsider's address in a text, a file, an emoji, a quote", (_CONTACTS, "tests/house/test_domain_policy_has_no_way_round.py::test_no_file_leads_to_a_refused_host", "tests/federation/test_quotes_stamps.py::test_a_stamp_on_a_refused_host_is_not_asked_for")),
    Vector("T-210", "link previews, oEmbed, contexts elsewhere", (_CONTACTS, "tests/house/test_domain_policy_has_no_way_round.py::test_no_activity_leads_to_a_refused_host")),
    Vector("T-211", "what is open to everybody", (_LEAKS, "tests/house/test_open_routes.py::test_exactly_these_routes_answer_a_stranger")),
    Vector("T-212", "pages, feeds, embedded posts", (_LEAKS, "tests/house/test_open_routes.py::test_nothing_of_anybody_stands_in_what_a_stranger_reads")),
    Vector("T-213", "media for whoever has the address", (_LEAKS, f"{_JOURNEYS}/test_journey_posts.py::test_a_picture_is_not_given_to_a_node_that_may_not_have_its_post", "tests/storage/test_links.py::test_a_link_permits_its_file_until_it_expires")),
    Vector("T-214", "a proxy of the environment", ("tests/remote/test_client_limits.py::test_proxies_of_the_environment_are_not_used",)),
    Vector("T-215", "relays and what they carry", (_LEAKS, "tests/federation/test_admission.py::test_an_announce_of_a_refused_hosts_post_is_refused_at_the_door")),
    Vector("T-216", "what was queued before a removal", (f"{_JOURNEYS}/test_journey_removed_domains.py::test_what_was_queued_before_the_removal_is_held_too", "tests/house/test_domain_policy_has_no_way_round.py::test_nothing_that_was_queued_before_the_removal_leads_there")),
    Vector("T-217", "an allowed node passes on an outsider's post", (_CONTACTS, "tests/federation/test_two_nodes.py::test_a_boost_of_a_third_nodes_post_stops_where_that_node_is_not_allowed")),
    Vector("T-218", "a group's node passes on to a host that the author's node forbids", ("tests/groups/test_forbidden_company.py::test_nobody_writes_where_a_forbidden_company_reads", "tests/groups/test_forbidden_company.py::test_who_joins_later_is_told_by_the_list")),
    Vector("T-219", "timelines without a sign-in", (_LEAKS, "tests/house/test_open_routes.py::test_exactly_these_routes_answer_a_stranger")),
    Vector("T-220", "an empty list opens everything", ("tests/policy/test_domains.py::test_empty_rule_set_allows_nobody", "tests/cli/test_domain.py::test_list_without_a_rule_changes_nothing")),
    Vector("T-221", "the order of the rules", ("tests/policy/test_domains.py::test_decision_is_a_function_of_the_set_of_rules",)),
    Vector("T-222", "the own host is asked about instead of the other", ("tests/policy/test_domains.py::test_refusal_without_a_rule_says_so",)),
    Vector("T-223", "an older list of a network, replayed", (), "no list of domains is taken from elsewhere"),
    Vector("T-224", "a list of a network that fails to load", (), "no list of domains is taken from elsewhere"),
    Vector("T-225", "another host inside a pinned network", (f"{_CONNECTIONS}::test_pinned_network_is_open_to_its_own_host_only", "tests/remote/test_addresses.py::test_pinned_network_opens_nothing_else")),
    Vector("T-226", "a name that leads elsewhere the second time", (f"{_CONNECTIONS}::test_connection_goes_to_the_address_that_was_checked", f"{_CONNECTIONS}::test_every_new_connection_is_checked_again")),
)  # fmt: skip
