"""ActivityStreams JSON ⇄ our values.

Called by `federation/` and by the workers that fetch: bytes become JSON (`strict_json`), JSON becomes one reading (`reading`), the reading
becomes frozen values (`actors`, `objects`, `activities`), and our values become documents (`building`). Pure: no network, no rows, no
clock. It says what a document claims, never whether the claim is true: who signed it, and from which host it came, is `federation/`'s to ask.
"""
