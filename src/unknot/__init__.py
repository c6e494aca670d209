"""unknot: from where it hurts, to what to press, how hard, and whether it helped."""

__version__ = "0.1.0"
