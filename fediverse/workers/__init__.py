"""Work that nobody waits for: applying what came in, telling others what happened, delivering, and what the clock asks for.

Each worker takes from `queue`, calls verbs or `federation`, and gives back. All may be killed at any moment and may run twice; several processes share
the work on PostgreSQL. Here, and only here, an unexpected error is caught: it is logged, and the queue tries again.
"""
