"""What the programs that open strangers' files share: they limit themselves first, and say what they found, or why not, in one line of JSON.

Run as processes of their own by `decoding`; nothing here runs in the node itself. What they start themselves inherits the limits.
"""

import json
import resource
import sys
from collections.abc import Callable
from typing import Any, Final

from fediverse.errors import Invalid

MAX_CPU_S: Final = 30
MAX_MEMORY_BYTES: Final = 2 * 1024**3
MAX_WRITTEN_BYTES: Final = 256 * 1024**2
_MAX_OPEN_FILES: Final = 64

Task = dict[str, Any]


def main(work: Callable[[Task], dict[str, Any]]) -> None:
    """Do the task that stands on the command line, inside the limits."""
    task: Task = json.loads(sys.argv[1])
    _confine(max(MAX_WRITTEN_BYTES, task.get("max_written_bytes", 0)))
    answer: dict[str, Any]
    try:
        answer = {"found": work(task)}
    except Invalid as refusal:
        answer = {"refused": refusal.safe}
    except MemoryError:
        answer = {"refused": Invalid("Validation failed: The file needs too much memory").safe}
    sys.stdout.write(json.dumps(answer))


def _confine(max_written_bytes: int) -> None:
    for limit, most in (
        (resource.RLIMIT_CPU, MAX_CPU_S),
        (resource.RLIMIT_FSIZE, max_written_bytes),
        (resource.RLIMIT_NOFILE, _MAX_OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (most, most))
    if sys.platform == "linux":  # macOS knows the limit and refuses every value
        resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY_BYTES, MAX_MEMORY_BYTES))
