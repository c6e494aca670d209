"""The one page: paint where it hurts, answer what matters, see what may be involved."""
