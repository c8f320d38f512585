"""The door for client applications: the Mastodon client API over HTTP.

Each endpoint says which scope it needs, reads its parameters, calls one verb or one question and renders the answer. `routes.py` lists the
endpoints. This room never decides who may see or do something beyond the token's scopes, never writes SQL and never sees a row.
"""
