"""Our own lint rules: what this project forbids and no general linter knows.

Run ``python -m deploy.house_rules [paths]``. Standard library only, so that it runs before anything
is installed. Every rule carries lines it accepts and lines it refuses; the tests walk them all.
"""
