"""Work that is written down before it is promised: incoming activities, deliveries in lanes per host, general jobs, events to be spread.

All of it is rows, written in the transaction of what caused it, claimed under a lease, and safe to run twice. Verbs and doors put in; `workers`
take out. Nothing here knows what an activity means, and no row holds a key.
"""
