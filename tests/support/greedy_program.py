"""A program in the place of a decoder, which takes what it can get; what it may not have it says when it behaves."""

import os
import resource
import subprocess
import time
from pathlib import Path
from typing import Any

from fediverse.storage.confinement import MAX_MEMORY_BYTES, Task, main


def _work(task: Task) -> dict[str, Any]:
    if task["way"] == "memory":
        return {"held": len(bytearray(MAX_MEMORY_BYTES + 1))}
    if task["way"] == "abort":
        os.abort()
    if task["way"] == "exit":
        os._exit(7)
    if task["way"] == "wait":
        Path("begun").write_text(str(os.getpid()), "utf-8")
        Path("begun").rename("process")
        time.sleep(60)
    if task["way"] == "family":
        subprocess.run(["/bin/sh", "-c", "exec sleep 20 >held"], check=True)
    return {"limits": [resource.getrlimit(which)[0] for which in (resource.RLIMIT_CPU, resource.RLIMIT_AS)]}


if __name__ == "__main__":
    main(_work)
