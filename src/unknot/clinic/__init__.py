"""The Django project: pages for people. Everything below this package knows nothing of it."""
