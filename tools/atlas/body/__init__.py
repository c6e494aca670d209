"""Authoring-time generator of the body figure; nothing here is imported by the package."""
