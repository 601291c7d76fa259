from pathlib import Path

import pytest
from django.db import connection

from tests.plugins import statements


def ask(sql: str, *values: int) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, list(values))
        return cursor.fetchall() if cursor.description else []


@pytest.mark.django_db
def test_what_was_said_makes_the_same_again(tmp_path: Path) -> None:
    with statements.noted() as said:
        ask("CREATE TABLE said (number integer)")
        ask("INSERT INTO said VALUES (%s)", 7)
        ask("SELECT number FROM said")
    assert [sql.split()[0] for sql, _params, _many in said] == ["CREATE", "INSERT"]
    statements.write(said, tmp_path / "kept")
    ask("DROP TABLE said")
    statements.say(statements.read(tmp_path / "kept"))
    assert ask("SELECT number FROM said") == [(7,)]
