"""Waves: planned from released documents, started, changed safely while they are open."""
