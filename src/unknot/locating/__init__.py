"""Locating: from a resolved case to the sources that best explain it, with honest uncertainty."""

from unknot.locating.locate import locate
from unknot.locating.network import Network, Source, build_network

__all__ = ["Network", "Source", "build_network", "locate"]
