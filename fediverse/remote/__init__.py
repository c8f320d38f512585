"""The one way out: HTTP to other servers, and what is asked of them over it.

`client.py` sends and `transport.py` beneath it asks the domain policy and connects; nothing else in the program speaks HTTP. Workers, verbs and the
neighbours in this room (keys, WebFinger, OpenID Connect) call the client. It never decides who may be contacted, never reads a table, and believes
nothing that came back: what an answer means is judged by whoever asked.
"""
