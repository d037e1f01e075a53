"""The `haberara` command. It composes what `index` and `search` do, and adds nothing of its own."""

from web.cli.main import main

__all__ = ["main"]
