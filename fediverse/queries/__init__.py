"""Every question, viewer first. A question answers with plain frozen values (`views`), never rows, and asks visibility inside the query.

Doors, verbs and workers call it; it writes nothing and speaks to no other host.
"""
