"""The door to other servers. Everything that they may do here begins in this room, and everything that our people do is told to them from it.

Called by `routes` (inbox, outbox, objects, discovery) and by `workers` (`activities.prepare` and `handle_one` for what came in, `send.spread` for
what happened here). In: `receive.admit()` alone makes an AdmittedActivity; nothing else is ever acted on, and nothing means "unsigned, carry on".
Out: an event becomes an activity with its author's proof, and one delivery per inbox of a host that the policy allows. This room never writes a row,
never opens a connection and never decides who may see a post: it asks `policy`, `queries` and `actions`, which the people of this node use as well.
"""
