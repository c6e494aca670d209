"""The command line. Heavy imports happen inside commands, so that ``--help`` is quick."""

from unknot.cli.app import main

__all__ = ["main"]
