"""The database, behind one small interface: two engines (SQLite, PostgreSQL), transactions with after-commit work, migrations.

Verbs and questions use `node.database`; the tables themselves are in `models`. The engines are thin subclasses of Tortoise's that cure what was
seen to break: a cancelled task that leaves a lock behind, deferred BEGIN, a single connection that makes readers wait, and table rebuilds that
drop children on SQLite. Each cure has its test in tests/database. Nothing here knows what the rows mean.
"""
