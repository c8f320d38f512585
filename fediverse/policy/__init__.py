"""Rules that answer and never act: who may be spoken with, who may see, who may do, who must receive.

Asked by verbs, questions, doors and the way out. A rule is a plain function of its arguments: it opens no connection, writes no row, raises only when
an argument cannot be read, and has no branch that accepts by default.
"""
