"""Planning: from the likely points, the limits and the minutes to a dosed session."""

from unknot.planning.plan import plan_session

__all__ = ["plan_session"]
