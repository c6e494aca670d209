"""Find the figure's pictures in the atlas; only what the page shows is served."""

from __future__ import annotations

from django.contrib.staticfiles.finders import FileSystemFinder


class Pictures(FileSystemFinder):
    def list(self, ignore_patterns):
        return (found for found in super().list(ignore_patterns) if found[0].endswith(".webp"))
