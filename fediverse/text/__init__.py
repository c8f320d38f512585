"""Text of people: sanitising, markup, mentions and lengths.

Everything that strangers or our own people write passes through here once, at the border, and is stored clean. Called by `activitystreams/`, by the
verbs in `actions/` and by the client API. Pure: no I/O, no settings, no rows, and it never decides who may see a text.
"""
