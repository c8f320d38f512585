"""Where media lie: an interface, and the engine that keeps them in a folder of the data directory.

A key is made by us (`media/12/34/1234-original.webp`), never by a person or another server; one that would leave the folder is refused.
"""

import asyncio
import os
from pathlib import Path, PurePosixPath
from typing import Protocol

from fediverse.errors import NotFound


class Storage(Protocol):
    async def write(self, key: str, content: bytes) -> None: ...
    async def read(self, key: str) -> bytes: ...
    async def delete(self, key: str) -> None: ...
    def path(self, key: str) -> Path: ...


class FolderStorage:
    def __init__(self, folder: Path) -> None:
        self._folder = folder.absolute()  # decoders stand in another folder

    async def write(self, key: str, content: bytes) -> None:
        await asyncio.to_thread(self._write, self.path(key), content)

    async def read(self, key: str) -> bytes:
        try:
            return await asyncio.to_thread(self.path(key).read_bytes)
        except FileNotFoundError:
            raise NotFound from None

    async def delete(self, key: str) -> None:
        await asyncio.to_thread(self.path(key).unlink, missing_ok=True)

    def path(self, key: str) -> Path:
        """The file of *key*. Raises NotFound for one that is not plainly inside the folder."""
        parts = PurePosixPath(key).parts
        if (
            not parts
            or key.startswith("/")
            or any(part in {"..", "."} or "\\" in part or "\0" in part for part in parts)
        ):
            raise NotFound
        return self._folder.joinpath(*parts)

    @staticmethod
    def _write(path: Path, content: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
        temporary.write_bytes(content)
        temporary.replace(path)
