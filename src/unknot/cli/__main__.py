"""``python -m unknot.cli``."""

from unknot.cli.app import main

main()
