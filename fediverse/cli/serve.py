"""`fediverse serve`, and its halves for several machines: `fediverse web` and `fediverse worker`.

`serve` is one process that answers requests and does the work. With `--processes` a parent holds the listening socket and starts that many of them on it;
they share the work through the database. When one ends by itself the parent ends the others, so that whoever supervises it notices.
"""

import asyncio
import contextlib
import signal
import socket
import subprocess
import sys
from collections.abc import Coroutine, Iterator
from types import FrameType
from typing import Annotated
from urllib.parse import urlsplit

import typer
import uvicorn
import uvloop

from fediverse.app import create_app
from fediverse.cli.requests_log import log_requests
from fediverse.cli.server import MAX_MESSAGE_BYTES, PING_S, PONG_S, Server, WebSockets
from fediverse.cli.session import config_of, node_without_server, settings_of
from fediverse.errors import NotConfigured
from fediverse.log import get
from fediverse.settings import Settings
from fediverse.workers.runner import running

serve_app = typer.Typer(rich_markup_mode=None, add_completion=False)
web_app = typer.Typer(rich_markup_mode=None, add_completion=False)
worker_app = typer.Typer(rich_markup_mode=None, add_completion=False)

Host = Annotated[str, typer.Option(help="The address to listen on. Put a proxy that speaks TLS in front of it.")]
Port = Annotated[
    int,
    typer.Option(
        min=0, max=65_535, help="The port to listen on; 0: 8000, or in development the port of the node's own address."
    ),
]
Descriptor = Annotated[int, typer.Option("--fd", hidden=True, help="A listening socket that the parent process holds.")]

GRACE_S = 10
BACKLOG = 1024
_log = get(__name__)


@serve_app.command()
def serve(
    context: typer.Context,
    host: Host = "127.0.0.1",
    port: Port = 0,
    processes: Annotated[
        int, typer.Option(min=1, max=64, help="How many processes share the work; more than one needs PostgreSQL.")
    ] = 1,
    fd: Descriptor = -1,
) -> None:
    """Answer requests and do the work, in one process. A new database gets its tables first."""
    settings = settings_of(context, quiet=False)
    if processes == 1:
        _run(settings, host, port, fd, working=True)
        return
    if settings.database.startswith("sqlite:"):
        raise typer.BadParameter(
            "several processes need PostgreSQL; set FEDIVERSE_DATABASE_URL", param_hint="--processes"
        )
    raise typer.Exit(_supervise(context, settings, host, port, processes))


@web_app.command()
def web(context: typer.Context, host: Host = "127.0.0.1", port: Port = 0, fd: Descriptor = -1) -> None:
    """Answer requests only; fediverse worker does the work, here or on another machine."""
    _run(settings_of(context, quiet=False), host, port, fd, working=False)


@worker_app.command()
def worker(context: typer.Context) -> None:
    """Do the work only: apply what came in, send what goes out."""
    settings = settings_of(context, quiet=False)

    async def run() -> None:
        stopped = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stopped.set)
        async with node_without_server(settings) as node, running(node):
            _log.info("worker.started", domain=settings.domain)
            await stopped.wait()

    _run_until_done(run())


def _run(settings: Settings, host: str, port: int, fd: int, *, working: bool) -> None:
    with _listening(settings, host, port, fd) as listener, _stopping_the_server() as servers:
        _run_until_done(_serve(settings, listener, servers, working=working))


def _run_until_done(main: Coroutine[object, object, None]) -> None:
    """On uvloop: a question to the database, which crosses a thread or a socket, takes less than half as long as on asyncio's own loop."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main)


async def _serve(settings: Settings, listener: socket.socket, servers: list[Server], *, working: bool) -> None:
    """Serve until a signal comes. The server is put into *servers*, where whoever is told of a signal finds it."""
    log_requests(settings.log_level)
    async with node_without_server(settings) as node, contextlib.AsyncExitStack() as beside:
        if working:
            await beside.enter_async_context(running(node))
        server = Server(
            uvicorn.Config(
                create_app(node),
                lifespan="off",
                log_config=None,
                server_header=False,
                ws=WebSockets,
                ws_max_size=MAX_MESSAGE_BYTES,
                ws_ping_interval=PING_S,
                ws_ping_timeout=PONG_S,
                ws_per_message_deflate=False,  # it would pack each frame anew for each reader
                backlog=BACKLOG,
                timeout_graceful_shutdown=GRACE_S,
            ),
            node,
        )
        _log.info(
            "node.serving", domain=settings.domain, address="{}:{}".format(*listener.getsockname()[:2]), working=working
        )
        servers.append(server)
        await server.serve(sockets=[listener])


@contextlib.contextmanager
def _stopping_the_server() -> Iterator[list[Server]]:
    """A signal ends the process while there is no server yet, and the server as soon as there is one, so that the node is closed in order.

    While it serves, the server hears signals itself; at its end it sends them once more to whoever listened before, which is here and changes nothing then.
    """
    servers: list[Server] = []

    def stop(_number: int, _frame: FrameType | None) -> None:
        if not servers:
            raise SystemExit(0)
        servers[0].should_exit = True

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield servers
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextlib.contextmanager
def _listening(settings: Settings, host: str, port: int, fd: int) -> Iterator[socket.socket]:
    """The socket to serve on; the parent's when it gave one."""
    with socket.socket(fileno=fd) if fd >= 0 else _bound(host, port or _own_port(settings)) as listener:
        yield listener


def _bound(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as problem:
        listener.close()
        raise NotConfigured(
            f"--host {host} --port {port}: cannot be listened on: {problem.strerror or problem}"
        ) from problem
    listener.listen(BACKLOG)
    return listener


def _own_port(settings: Settings) -> int:
    return (settings.development and urlsplit(settings.origin).port) or 8000


def _supervise(context: typer.Context, settings: Settings, host: str, port: int, processes: int) -> int:
    """Serve in *processes* children until a signal comes or one of them ends by itself. The exit status: 0, or 1 after such an end."""
    asyncio.run(_prepare(settings))
    stopping: list[int] = []

    def stop(number: int, _frame: FrameType | None) -> None:
        stopping.append(number)
        for child in children:
            child.terminate()

    children: list[subprocess.Popen[bytes]] = []
    with _listening(settings, host, port, -1) as listener:
        listener.set_inheritable(True)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, stop)
        command = [sys.executable, "-m", "fediverse", *_config(context), "serve", "--fd", str(listener.fileno())]
        children += [subprocess.Popen(command, pass_fds=[listener.fileno()]) for _number in range(processes)]  # noqa: S603 - our own command
        _wait_for_any(children)
        for child in children:
            child.terminate()
        for child in children:
            child.wait()
    return 0 if stopping else 1


async def _prepare(settings: Settings) -> None:
    """Tables, keys and the node's own actor are made once, before many would make them."""
    async with node_without_server(settings):
        return


def _config(context: typer.Context) -> list[str]:
    config = config_of(context)
    return ["--config", str(config)] if config else []


def _wait_for_any(children: list[subprocess.Popen[bytes]]) -> None:
    while all(child.poll() is None for child in children):
        with contextlib.suppress(subprocess.TimeoutExpired):
            children[0].wait(timeout=0.5)
