"""What the figures were measured on: without it they say nothing. Reads Linux's own files, and times the disk once."""

import os
import platform
import sqlite3
import time
from pathlib import Path


def machine_facts(folder: Path) -> dict[str, str]:
    """Processor, memory, Python and engines, and how long the disk under *folder* takes to make a write safe."""
    return {
        "cores": str(len(os.sched_getaffinity(0))),
        "CPU": _field(Path("/proc/cpuinfo"), "model name") or platform.processor() or "unknown",
        "memory": f"{int(_field(Path('/proc/meminfo'), 'MemTotal').split()[0]) / 2**20:.1f} GiB",
        "system": f"{platform.system()} {platform.release()}",
        "Python": platform.python_version(),
        "SQLite": sqlite3.sqlite_version,
        "disk": f"{sync_ms(folder):.1f} ms to make 4 KiB safe (fdatasync)",
    }


def sync_ms(folder: Path, times: int = 50) -> float:
    """The median of writing 4 KiB to a file's end and waiting until they would survive a power cut: what every commit pays at least once."""
    path = folder / "sync"
    taken: list[float] = []
    with path.open("wb", buffering=0) as file:
        for _ in range(times):
            began = time.perf_counter()
            file.write(b"\0" * 4096)
            os.fdatasync(file.fileno())
            taken.append(time.perf_counter() - began)
    path.unlink()
    return sorted(taken)[times // 2] * 1000


def resident_mb(pid: int) -> float:
    """Memory that the process *pid* holds (RSS), in MB."""
    return int(_field(Path(f"/proc/{pid}/status"), "VmRSS").split()[0]) * 1024 / 1e6


def cpu_s(pid: int) -> float:
    """Seconds of CPU that the process *pid* has used, all its threads together."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _field(path: Path, name: str) -> str:
    for line in path.read_text(encoding="utf-8").splitlines():
        key, _colon, value = line.partition(":")
        if key.strip() == name:
            return value.strip()
    return ""
