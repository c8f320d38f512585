"""Every path for people with browsers, with its endpoint: the third of the URL map that they see. `fediverse/routes.py` puts the map together."""

from collections.abc import Sequence

from fediverse.endpoints import Line
from fediverse.web import accounts as account_pages
from fediverse.web import announcements as announcement_forms
from fediverse.web import apps as app_pages
from fediverse.web import (
    compose,
    consent,
    files,
    health,
    messages,
    preferences,
    sign_in,
    static,
)
from fediverse.web import egress as egress_pages
from fediverse.web import filters as filter_pages
from fediverse.web import group_members as group_member_pages
from fediverse.web import group_policy as group_policy_pages
from fediverse.web import groups as group_pages
from fediverse.web import lists as list_pages
from fediverse.web import notification_requests as notification_request_pages
from fediverse.web import notifications as notification_pages
from fediverse.web import polls as poll_pages
from fediverse.web import posts as post_pages
from fediverse.web import quotes as quote_pages
from fediverse.web import reactions as reaction_forms
from fediverse.web import relations as relation_pages
from fediverse.web import reports as report_forms
from fediverse.web import scheduled as scheduled_pages
from fediverse.web import search as search_pages
from fediverse.web import tags as tag_pages
from fediverse.web import timelines as timeline_pages
from fediverse.web.admin import announcements as announcement_pages
from fediverse.web.admin import check as admin_check
from fediverse.web.admin import deliveries as admin_deliveries
from fediverse.web.admin import domains as admin_domains
from fediverse.web.admin import moderation as moderation_pages
from fediverse.web.admin import people as admin_people
from fediverse.web.admin import push_services as push_service_pages
from fediverse.web.admin import reports as report_pages

WEB: Sequence[Line] = (
    # access
    ("GET", "/auth/sign_in", sign_in.sign_in_page),
    ("POST", "/auth/sign_in", sign_in.sign_in),
    ("POST", "/auth/sign_out", sign_in.sign_out),
    ("GET", "/oauth/authorize", consent.consent_page),
    ("POST", "/oauth/authorize", consent.consent),
    # reading
    ("GET", "/", timeline_pages.home),
    ("GET", "/company", timeline_pages.company),
    ("GET", "/network", timeline_pages.network),
    ("GET", "/tags", tag_pages.followed),
    ("GET", "/tags/{name}", timeline_pages.tag),
    ("POST", "/tags/{name}/follow", tag_pages.follow),
    ("POST", "/tags/{name}/unfollow", tag_pages.unfollow),
    ("GET", "/lists", list_pages.index),
    ("POST", "/lists/create", list_pages.create),
    ("GET", "/lists/{list_id:int}", list_pages.timeline),
    ("GET", "/lists/{list_id:int}/edit", list_pages.edit_page),
    ("POST", "/lists/{list_id:int}/edit", list_pages.edit),
    ("POST", "/lists/{list_id:int}/delete", list_pages.delete),
    ("POST", "/lists/{list_id:int}/add", list_pages.add),
    ("POST", "/lists/{list_id:int}/remove", list_pages.remove),
    ("GET", "/groups", group_pages.index),
    ("GET", "/groups/new", group_pages.new_page),
    ("POST", "/groups/new", group_pages.create),
    ("GET", "/groups/{acct}", group_pages.wall),
    ("POST", "/groups/{acct}/join", group_pages.join),
    ("POST", "/groups/{acct}/leave", group_pages.leave),
    ("GET", "/groups/{acct}/posts/{post_id:int}/take_out", group_pages.take_out_page),
    ("POST", "/groups/{acct}/posts/{post_id:int}/take_out", group_pages.take_out),
    ("GET", "/groups/{acct}/members", group_member_pages.show),
    ("POST", "/groups/{acct}/members/approve", group_member_pages.approve),
    ("POST", "/groups/{acct}/members/refuse", group_member_pages.refuse),
    ("POST", "/groups/{acct}/members/invite", group_member_pages.invite),
    ("POST", "/groups/{acct}/members/withdraw", group_member_pages.withdraw),
    ("POST", "/groups/{acct}/members/role", group_member_pages.set_role),
    ("POST", "/groups/{acct}/members/remove", group_member_pages.remove),
    ("POST", "/groups/{acct}/members/ban", group_member_pages.ban),
    ("POST", "/groups/{acct}/members/unban", group_member_pages.unban),
    ("GET", "/groups/{acct}/policy", group_policy_pages.show),
    ("POST", "/groups/{acct}/policy", group_policy_pages.change),
    ("POST", "/groups/{acct}/domains", group_policy_pages.change_domains),
    ("GET", "/groups/{acct}/delete", group_policy_pages.delete_page),
    ("POST", "/groups/{acct}/delete", group_policy_pages.delete),
    ("GET", "/bookmarks", timeline_pages.bookmarks),
    ("GET", "/likes", timeline_pages.likes),
    ("GET", "/notifications", notification_pages.show),
    ("POST", "/notifications/clear", notification_pages.clear),
    ("GET", "/notifications/requests", notification_request_pages.show),
    ("POST", "/notifications/requests/{request_id:int}/accept", notification_request_pages.accept),
    ("POST", "/notifications/requests/{request_id:int}/dismiss", notification_request_pages.dismiss),
    ("GET", "/messages", messages.show),
    ("GET", "/messages/{conversation_id:int}", messages.conversation),
    ("GET", "/search", search_pages.show),
    ("GET", "/people", account_pages.people),
    ("GET", "/requests", relation_pages.requests_page),
    ("GET", "/silenced", relation_pages.silenced_page),
    # writing
    ("GET", "/compose", compose.compose_page),
    ("POST", "/compose", compose.publish),
    ("POST", "/compose/who", compose.who_will_see),
    ("GET", "/scheduled", scheduled_pages.show),
    ("POST", "/scheduled/{scheduled_id:int}/move", scheduled_pages.move),
    ("POST", "/scheduled/{scheduled_id:int}/cancel", scheduled_pages.cancel),
    ("POST", "/polls/{poll_id:int}/vote", poll_pages.vote),
    ("GET", "/posts/{post_id:int}/edit", post_pages.edit_page),
    ("POST", "/posts/{post_id:int}/edit", post_pages.edit),
    ("GET", "/posts/{post_id:int}/delete", post_pages.delete_page),
    ("POST", "/posts/{post_id:int}/delete", post_pages.delete),
    ("POST", "/posts/{post_id:int}/quotes/{quoting_id:int}/revoke", quote_pages.revoke),
    ("POST", "/posts/{post_id:int}/quote_policy", quote_pages.set_policy),
    ("POST", "/posts/{post_id:int}/like", reaction_forms.like),
    ("POST", "/posts/{post_id:int}/unlike", reaction_forms.unlike),
    ("POST", "/posts/{post_id:int}/boost", reaction_forms.boost),
    ("POST", "/posts/{post_id:int}/unboost", reaction_forms.unboost),
    ("POST", "/posts/{post_id:int}/bookmark", reaction_forms.bookmark),
    ("POST", "/posts/{post_id:int}/unbookmark", reaction_forms.unbookmark),
    ("POST", "/posts/{post_id:int}/pin", reaction_forms.pin),
    ("POST", "/posts/{post_id:int}/unpin", reaction_forms.unpin),
    ("POST", "/posts/{post_id:int}/mute_thread", reaction_forms.mute_thread),
    ("POST", "/posts/{post_id:int}/unmute_thread", reaction_forms.unmute_thread),
    ("POST", "/accounts/{account_id:int}/follow", relation_pages.follow),
    ("POST", "/accounts/{account_id:int}/unfollow", relation_pages.unfollow),
    ("POST", "/accounts/{account_id:int}/accept", relation_pages.accept),
    ("POST", "/accounts/{account_id:int}/reject", relation_pages.reject),
    ("POST", "/accounts/{account_id:int}/block", relation_pages.block),
    ("POST", "/accounts/{account_id:int}/unblock", relation_pages.unblock),
    ("POST", "/accounts/{account_id:int}/note", relation_pages.note),
    ("POST", "/accounts/{account_id:int}/mute", relation_pages.mute),
    ("POST", "/accounts/{account_id:int}/unmute", relation_pages.unmute),
    ("GET", "/report", report_forms.report_page),
    ("POST", "/report", report_forms.report),
    ("POST", "/announcements/{announcement_id:int}/dismiss", announcement_forms.dismiss),
    # settings
    ("GET", "/settings/profile", preferences.profile_page),
    ("POST", "/settings/profile", preferences.change_profile),
    ("GET", "/settings/preferences", preferences.preferences_page),
    ("POST", "/settings/preferences", preferences.change_preferences),
    ("POST", "/settings/password", preferences.change_password),
    ("GET", "/settings/filters", filter_pages.show),
    ("POST", "/settings/filters", filter_pages.add),
    ("POST", "/settings/filters/{filter_id:int}/delete", filter_pages.delete),
    ("GET", "/settings/notifications", notification_request_pages.policy_page),
    ("POST", "/settings/notifications", notification_request_pages.change_policy),
    ("GET", "/settings/apps", app_pages.show),
    ("POST", "/settings/apps/{token_id:int}/revoke", app_pages.revoke),
    # administration
    ("GET", "/admin/reports", report_pages.show_all),
    ("GET", "/admin/reports/{report_id:int}", report_pages.show),
    ("POST", "/admin/reports/{report_id:int}/assign", report_pages.assign),
    ("POST", "/admin/reports/{report_id:int}/resolve", report_pages.resolve),
    ("POST", "/admin/reports/{report_id:int}/reopen", report_pages.reopen),
    ("GET", "/admin/announcements", announcement_pages.show),
    ("POST", "/admin/announcements/publish", announcement_pages.publish),
    ("POST", "/admin/announcements/{announcement_id:int}/remove", announcement_pages.remove),
    ("GET", "/admin/push", push_service_pages.show),
    ("POST", "/admin/push/add", push_service_pages.add),
    ("POST", "/admin/push/remove", push_service_pages.remove),
    ("GET", "/admin/domains", admin_domains.show),
    ("GET", "/admin/domains/add", admin_domains.add_page),
    ("POST", "/admin/domains/add", admin_domains.add),
    ("POST", "/admin/domains/hold", admin_domains.hold),
    ("POST", "/admin/domains/lift", admin_domains.lift),
    ("GET", "/admin/domains/remove", admin_domains.remove_page),
    ("POST", "/admin/domains/remove", admin_domains.remove),
    ("GET", "/admin/domains/purge", admin_domains.purge_page),
    ("POST", "/admin/domains/purge", admin_domains.purge),
    ("POST", "/admin/domains/publish", admin_domains.publish_draft),
    ("POST", "/admin/domains/discard", admin_domains.discard_draft),
    ("POST", "/admin/domains/import", admin_domains.import_list),
    ("GET", "/admin/domains/export/{form}", admin_domains.export_list),
    ("GET", "/admin/domains/check", admin_check.show),
    ("GET", "/admin/deliveries", admin_deliveries.show),
    ("GET", "/admin/deliveries/drop", admin_deliveries.drop_page),
    ("POST", "/admin/deliveries/drop", admin_deliveries.drop),
    ("POST", "/admin/deliveries/retry", admin_deliveries.retry),
    ("GET", "/admin/people", admin_people.show),
    ("POST", "/admin/people/create", admin_people.create),
    ("POST", "/admin/people/{account_id:int}/disable", admin_people.disable),
    ("POST", "/admin/people/{account_id:int}/enable", admin_people.enable),
    ("GET", "/admin/people/{account_id:int}", moderation_pages.show),
    ("POST", "/admin/people/{account_id:int}/act", moderation_pages.act),
    ("POST", "/admin/people/{account_id:int}/reinstate", moderation_pages.enable),
    ("POST", "/admin/people/{account_id:int}/unsensitive", moderation_pages.unsensitive),
    ("POST", "/admin/people/{account_id:int}/unsilence", moderation_pages.unsilence),
    ("POST", "/admin/people/{account_id:int}/unsuspend", moderation_pages.unsuspend),
    ("POST", "/admin/people/{account_id:int}/delete", moderation_pages.delete),
    # files and health
    ("GET", "/media/{media_id:int}/{variant}", files.attachment),
    ("GET", "/avatars/{account_id:int}/{which}", files.avatar),
    ("GET", "/emoji/{domain}/{shortcode}", files.emoji),
    ("GET", "/static/{name:path}", static.static),
    ("GET", "/healthz", health.healthz),
    ("GET", "/readyz", health.readyz),
    ("GET", "/metrics", health.metrics),
    # people and their posts, last: these match most
    ("GET", "/@{acct}/followers", account_pages.followers),
    ("GET", "/@{acct}/following", account_pages.following),
    ("GET", "/@{acct}/{post_id:int}/history", post_pages.history),
    ("GET", "/@{acct}/{post_id:int}/egress", egress_pages.listed),
    ("GET", "/@{acct}/{post_id:int}/quotes", quote_pages.listed),
    ("GET", "/@{acct}/{post_id:int}/likes", post_pages.likes),
    ("GET", "/@{acct}/{post_id:int}/boosts", post_pages.boosts),
)
