"""A federated social network for companies: one ActivityPub node per company, closed to every domain that nobody allowed."""

__version__ = "0.1.0"
