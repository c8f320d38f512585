"""Which notifications a person with open streams was told of already, since a signal says that there is something new and not always what."""

KEPT = 200
"""Transactions that run side by side commit their notifications a little out of the order of the ids: so far back one that is new is still found."""


class Told:
    """For one person, from the moment the first stream was opened. *newest* is the node's last id then, *known* are the person's own among the last ones."""

    def __init__(self, newest: int, known: set[int]) -> None:
        self.floor = max(newest - KEPT, 0)
        self._known = known

    def is_new(self, notification_id: int) -> bool:
        """True once for each; it counts as told from now on."""
        if notification_id <= self.floor or notification_id in self._known:
            return False
        self._known.add(notification_id)
        if len(self._known) > 2 * KEPT:
            self.floor = sorted(self._known)[-KEPT]
            self._known = {number for number in self._known if number > self.floor}
        return True
