"""toot, a client for the terminal, against a node of ours: a person signs in with a browser as the program tells, and then types commands."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.peers.sign_in import code_shown
from tests.support.processes import ServedNode, ServedPerson

DEADLINE_S = 60


class Terminal:
    """One person's terminal, with a folder of its own for what toot remembers."""

    def __init__(self, node: ServedNode, person: ServedPerson, folder: Path) -> None:
        self._environment = {**os.environ, "XDG_CONFIG_HOME": str(folder), "NO_COLOR": "1", "PYTHONWARNINGS": "default"}
        self.person = person
        self._sign_in(node)

    def _sign_in(self, node: ServedNode) -> None:
        """`toot login`: it prints where to go, and waits for the code that the page shows."""
        with subprocess.Popen(
            [sys.executable, "-m", "toot", "login", "--instance", node.origin],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env={**self._environment, "BROWSER": "true"},
        ) as program:  # fmt: skip
            assert program.stdin is not None
            assert program.stdout is not None
            program.stdin.write("n\n")  # it would open a browser by itself
            program.stdin.flush()
            address = next(word for line in program.stdout for word in line.split() if "/oauth/authorize" in word)
            said, _ = program.communicate(code_shown(node, self.person, address) + "\n", timeout=DEADLINE_S)
            assert program.returncode == 0, said

    def types(self, *words: str) -> str:
        """What `toot WORDS` printed. Fails with its words when it did not succeed."""
        done = subprocess.run(
            [sys.executable, "-m", "toot", *words],
            capture_output=True, text=True, env=self._environment, timeout=DEADLINE_S, check=False, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def reads(self, *words: str) -> Any:
        return json.loads(self.types(*words, "--json"))


@pytest.fixture
def terminal(local: ServedNode, people: tuple[ServedPerson, ServedPerson], tmp_path: Path) -> Terminal:
    return Terminal(local, people[0], tmp_path)


def test_sign_in_from_the_terminal(terminal: Terminal) -> None:
    """The out-of-band code, and the address with the slash at its end that toot asks (client API, sections 2.1 and 4)."""
    assert terminal.reads("whoami")["username"] == terminal.person.username
    assert "acct" in terminal.reads("whoami")


def test_posts_and_timelines(terminal: Terminal) -> None:
    """Written, read in the thread and at home, liked, and deleted."""
    post = terminal.reads("post", "From the terminal", "--visibility", "public")
    terminal.types("favourite", post["id"])

    assert terminal.reads("status", post["id"])["favourited"] is True
    assert "From the terminal" in terminal.types("thread", post["id"])
    assert "From the terminal" in terminal.types("timelines", "home", "--no-pager")
    terminal.types("delete", post["id"])
    assert "From the terminal" not in terminal.types("timelines", "home", "--no-pager")


def test_polls_lists_and_tags(terminal: Terminal, people: tuple[ServedPerson, ServedPerson]) -> None:
    """A poll is asked, a list is made with a colleague in it, a tag is followed."""
    asked = terminal.reads("post", "Tea?", "--poll-option", "Yes", "--poll-option", "No")
    terminal.types("follow", people[1].username)
    terminal.types("lists", "create", "Colleagues")
    terminal.types("lists", "add", "Colleagues", people[1].username)
    terminal.types("tags", "follow", "terminal")

    assert [option["title"] for option in asked["poll"]["options"]] == ["Yes", "No"]
    assert people[1].username in terminal.types("lists", "accounts", "Colleagues")
    assert "terminal" in terminal.types("tags", "followed")


def test_the_instance_and_notifications(terminal: Terminal, people: tuple[ServedPerson, ServedPerson]) -> None:
    """Its strict classes read our instance (version 1), and what a colleague did."""
    people[1].client.post("/api/v1/statuses", json={"status": f"@{terminal.person.username} hello"})

    assert terminal.reads("instance")["uri"]
    assert "hello" in terminal.types("notifications")
