import pytest

from deploy import checks, cli, launch, suites
from deploy.problems import Problem


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, object]]:
    noted: list[dict[str, object]] = []

    def note(**words: object) -> int:
        noted.append(words)
        return 0

    for module, name in [(launch, "run"), (suites, "test"), (checks, "check")]:
        monkeypatch.setattr(module, name, note)
    # The real one would outlive this test.
    monkeypatch.setattr("deploy.commands.leave_on_sigterm", lambda: None)
    return noted


@pytest.mark.parametrize(
    ("argv", "expected"),
    [
        (["run"], {"port": 8000, "everything": False}),
        (["run", "--port", "8123", "-v"], {"port": 8123, "everything": True}),
        (["test"], {"only": [], "extra": []}),
        (
            ["test", "--only", "tests/oms 'merge or split'", "-x", "-k", "stock"],
            {"only": ["tests/oms", "merge or split"], "extra": ["-x", "-k", "stock"]},
        ),
        (["check"], {}),
    ],
)
def test_words_reach_the_command(
    calls: list[dict[str, object]], argv: list[str], expected: dict[str, object]
) -> None:
    assert cli.main(argv) == 0
    assert calls == [expected]


def test_unknown_word_is_refused_where_nobody_else_reads_it(
    calls: list[dict[str, object]],
) -> None:
    with pytest.raises(SystemExit):
        cli.main(["run", "--prot", "8123"])
    assert not calls


@pytest.mark.parametrize("port", ["0", "65536", "web"])
def test_impossible_port_is_refused(calls: list[dict[str, object]], port: str) -> None:
    with pytest.raises(SystemExit):
        cli.main(["run", "--port", port])
    assert not calls


def test_problem_is_told_without_a_traceback(
    calls: list[dict[str, object]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def refuse() -> int:
        raise Problem("the disk is full")

    monkeypatch.setattr(checks, "check", refuse)
    assert cli.main(["check"]) == 1
    assert capsys.readouterr().err.strip() == "the disk is full"
