"""Streaming for client applications: posts, notifications and the rest as they happen, over WebSocket or server-sent events (Mastodon API, streaming).

`endpoints` are what `routes` lists; `topics` are the streams by name and what they ask for; `desk` turns what happened into frames for whoever may see it.
Nothing here decides who sees what: that is asked in `queries.streaming`, anew for each thing that happens.
"""
