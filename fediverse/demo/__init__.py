"""Three companies on one machine: acme and beta allow each other, gamma is an outsider. `fediverse demo` starts them, tells their story and shows what went where.

Everything is real: separate processes, the command line's own `serve`, posts through the client API, signed requests over HTTP. With `--check` each line
is verified by the nodes' own answers and by what gamma received, and the exit status says whether all held.
"""

import signal
import sys
import tempfile
from pathlib import Path

from fediverse.demo.companies import companies
from fediverse.demo.report import Report
from fediverse.demo.story import tell


def run(*, check: bool, folder: Path | None = None, first_port: int = 8001) -> int:
    """Run the demo; the exit status. Raises Conflict when a port is taken. Without *check* the nodes go on serving until Ctrl-C or a TERM signal. *folder* keeps the data, else it goes with the demo."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # whoever ends the demo ends its nodes
    report = Report(sys.stdout)
    with (
        tempfile.TemporaryDirectory(prefix="fediverse-demo-") as temporary,
        companies(folder or Path(temporary), first_port) as three,
    ):
        tell(three, report)
        report.close()
        if not check:
            report.sign_ins(three)
            three.wait()
    return 0 if report.all_held else 1
