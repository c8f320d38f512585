"""Signatures, digests, keys and proofs: what makes one server believe another. Pure: values in, values out.

`federation/receive.py` and `remote/` ask it about requests (`signatures`) and documents (`proofs`); `remote/keys.py` makes and reads keys
(`keypairs`). It never opens a socket, a file or a table, never reads the clock (the moment is an argument) and never decides whether a host
may speak with us: that is `policy`, and it is asked between reading a claim and fetching the key that the claim names.
"""
