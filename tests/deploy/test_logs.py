import pytest

from deploy.logs import Sieve

CHAIN = """Traceback (most recent call last):
  File "oms/services/review.py", line 12, in approve
    raise ValueError("no such order")
ValueError: no such order

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "oms/tasks.py", line 3, in run
    approve()
oms.errors.Refused: no such order"""


def passed(lines: list[str]) -> list[str]:
    sieve = Sieve()
    return [line for line in lines if sieve.lets_through(line + "\n")]


@pytest.mark.parametrize("level", ["WARNING", "ERROR", "CRITICAL"])
def test_what_matters_passes(level: str) -> None:
    assert passed([f"12:00 {level} oms: stock below zero"])


@pytest.mark.parametrize(
    "line", ['"GET / HTTP/1.1" 200', "[Q] INFO ready", "DeprecationWarning: old", "ERRORS: 0"]
)
def test_chatter_does_not_pass(line: str) -> None:
    assert not passed([line])


def test_tracebacks_pass_whole_and_end_with_their_exception() -> None:
    story = CHAIN.splitlines()
    assert passed([*story, "[Q] INFO ready"]) == story[:4] + story[-4:]
