"""Wake-ups: workers of this process start at once after a commit. They look by themselves every few seconds too, so a lost wake-up only delays."""

import asyncio
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Wakeups:
    incoming: asyncio.Event = field(default_factory=asyncio.Event)
    spread: asyncio.Event = field(default_factory=asyncio.Event)
    delivery: asyncio.Event = field(default_factory=asyncio.Event)
    jobs: asyncio.Event = field(default_factory=asyncio.Event)
    push: asyncio.Event = field(default_factory=asyncio.Event)
