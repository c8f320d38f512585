"""The administration API: one file a subject. Every endpoint begins with the caller's scope and role (`access`); verbs ask the role again."""
