"""Streams: what happened goes from the verbs to the people who read live. Actions tell, doors listen; nothing here asks who may see what, and nothing
here renders.

The choice: signals are ids, kept nowhere, and every process that has open streams hears all of them. Refused: a stream of ready payloads (they would be
seen by eyes that may not, once a rule changed in between) and a broker beside the database (one more server to run). What would change our mind: more
processes than one PostgreSQL can notify.
"""

from fediverse.streams.signals import Signal, SignalKind, tell

__all__ = ["Signal", "SignalKind", "tell"]
