"""Reports under ``docs/reports``, each produced by one command."""
