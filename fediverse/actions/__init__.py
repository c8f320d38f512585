"""Every change of state, one file a subject. A person here and a server elsewhere call the same verb; doors and workers call nothing else to write.

A verb asks permission, writes its rows and records its event in one transaction. It sends nothing: telling others starts from the recorded event.
Only `resolve` speaks to other hosts, and never inside a transaction.
"""
