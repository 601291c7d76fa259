from datetime import timedelta

import pytest

from oms.integration.errors import ErrorKind, IntegrationError, changes_nothing

RETRYABLE = {ErrorKind.THROTTLE, ErrorKind.RETRY}


@pytest.mark.parametrize("kind", ErrorKind)
def test_only_passing_trouble_is_retryable(kind: ErrorKind) -> None:
    assert IntegrationError("x", kind=kind).retryable is (kind in RETRYABLE)


def test_error_speaks_in_the_other_sides_words_with_its_code() -> None:
    error = IntegrationError("重复下单", kind=ErrorKind.TREAT_AS_DONE, code="8016")
    assert str(error) == "重复下单 [8016]"
    assert error.message == "重复下单"


def test_error_without_code_shows_no_brackets() -> None:
    assert str(IntegrationError("坏了", kind=ErrorKind.FATAL)) == "坏了"


def test_phone_number_in_their_words_is_masked() -> None:
    error = IntegrationError("收件电话13800138000信息异常", kind=ErrorKind.FATAL, code="8196")
    assert "13800138000" not in str(error) + repr(error)
    assert error.message == "收件电话138****8000信息异常"


def test_outcome_is_known_unless_said_otherwise() -> None:
    known = IntegrationError("x", kind=ErrorKind.RETRY)
    unknown = IntegrationError("x", kind=ErrorKind.RETRY, outcome_unknown=True)
    assert (known.outcome_unknown, unknown.outcome_unknown) == (False, True)


def test_question_that_broke_off_leaves_nothing_unknown() -> None:
    with pytest.raises(IntegrationError) as caught, changes_nothing():
        raise IntegrationError("x", kind=ErrorKind.RETRY, outcome_unknown=True)
    assert (caught.value.kind, caught.value.outcome_unknown) == (ErrorKind.RETRY, False)


def test_hint_and_request_id_are_kept() -> None:
    error = IntegrationError(
        "x", kind=ErrorKind.THROTTLE, retry_after=timedelta(seconds=3), request_id="r1"
    )
    assert (error.retry_after, error.request_id) == (timedelta(seconds=3), "r1")
