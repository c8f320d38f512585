"""Pages of the administrators: which domains may speak with this node, what waits to be delivered, who has an account. For everybody else they do not exist."""
