"""What holds for every command: exit status, one clear line, help without loading the program."""

import os
import subprocess
import sys
import time

import pytest

from fediverse.__main__ import NOUNS
from tests.support.command_line import CommandLine


@pytest.mark.parametrize(
    "words", [["nonsense"], ["account"], ["account", "nonsense"], ["account", "list", "--nonsense"], ["queue", "retry"]]
)
def test_wrong_usage_ends_with_2(fediverse: CommandLine, words: list[str]) -> None:
    """And says how it is used."""
    answer = fediverse(*words)

    assert answer.status == 2
    assert "Usage: fediverse" in answer.out + answer.err


def test_missing_setting_is_named_in_one_line(fediverse: CommandLine) -> None:
    """With its name and the reason, and without a traceback."""
    fediverse.environment.pop("FEDIVERSE_DOMAIN")

    assert fediverse.refused("account", "list") == "fediverse: FEDIVERSE_DOMAIN: is required"


def test_settings_come_from_a_file_and_the_environment_beats_it(fediverse: CommandLine) -> None:
    """`--config FILE` stands before the noun."""
    fediverse.environment.pop("FEDIVERSE_DOMAIN")
    config = fediverse.folder / "node.toml"
    config.write_text('domain = "from.the.file.localhost"\n')

    from_file = fediverse.done("--config", config, "account", "create", "ann", "--email", "ann@acme.example")
    from_environment = fediverse.done(
        "--config",
        config,
        "account",
        "create",
        "bob",
        "--email",
        "bob@acme.example",
        FEDIVERSE_DOMAIN="acme.localhost:8001",
    )

    assert from_file.startswith("ann@from.the.file.localhost ")
    assert from_environment.startswith("bob@acme.localhost:8001 ")


def test_unreadable_config_is_refused(fediverse: CommandLine) -> None:
    """A file that is named and not there is not passed over."""
    assert "nowhere.toml" in fediverse.refused("--config", "nowhere.toml", "account", "list")


def test_help_is_quick_and_loads_nothing() -> None:
    """It knows every noun without importing the web server or the database."""
    source = (
        "import sys; from fediverse.__main__ import run; status = run(['--help']);"
        " print([name for name in ('tortoise', 'uvicorn', 'starlette', 'httpx2') if name in sys.modules]); sys.exit(status)"
    )
    start = time.process_time()
    children = os.times().children_user
    answer = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, check=True)

    *_help, loaded = answer.stdout.splitlines()
    assert loaded == "[]"
    assert all(f"\n  {name} " in answer.stdout for name in NOUNS)
    assert os.times().children_user - children + time.process_time() - start < 0.6, (
        "twice what it may take on an idle machine"
    )


def test_every_noun_has_help(fediverse: CommandLine) -> None:
    """Each file that is named is there, and explains itself."""
    for name in NOUNS:
        assert f"Usage: fediverse {name}" in fediverse.done(name, "--help")


def test_version_is_printed(fediverse: CommandLine) -> None:
    """For whoever asks what runs here."""
    assert fediverse.done("--version").strip()[0].isdigit()


def test_no_option_takes_a_password() -> None:
    """Other users of the machine could read it in the list of processes."""
    root = subprocess.run(
        [sys.executable, "-m", "fediverse", "account", "create", "--help"], capture_output=True, text=True, check=True
    )

    assert "--password-stdin" in root.stdout
    assert "--password " not in root.stdout
