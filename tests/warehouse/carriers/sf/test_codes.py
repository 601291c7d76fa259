import pytest

from oms.integration.errors import ErrorKind
from warehouse.carriers.sf import codes
from warehouse.dto import FilterResult, PayMethod, TrackStatus


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("50", TrackStatus.COLLECTED),
        ("30", TrackStatus.IN_TRANSIT),
        ("31", TrackStatus.IN_TRANSIT),
        ("44", TrackStatus.OUT_FOR_DELIVERY),
        ("125", TrackStatus.READY_FOR_PICKUP),
        ("80", TrackStatus.DELIVERED),
        ("33", TrackStatus.EXCEPTION),
        ("70", TrackStatus.EXCEPTION),
        ("99", TrackStatus.RETURNING),
        ("648", TrackStatus.RETURNING),
        ("660", TrackStatus.RETURNED),
        ("647", TrackStatus.CREATED),
    ],
)
def test_operation_code_has_its_status(code: str, status: TrackStatus) -> None:
    assert codes.OP_CODES[code] is status


def test_no_operation_code_stands_twice() -> None:
    listed = [code for group in codes._CODES_BY_STATUS.values() for code in group.split()]
    assert sorted(listed) == sorted(set(listed))


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("04-40037", TrackStatus.CREATED),
        ("04-40001", TrackStatus.CREATED),
        ("05-40003", TrackStatus.COLLECTED),
        ("04-40002-40021", TrackStatus.EXCEPTION),
        ("00", TrackStatus.CANCELLED),
        ("00-40045-1000", TrackStatus.CANCELLED),
        ("04", TrackStatus.UNKNOWN),
        ("07-1", TrackStatus.UNKNOWN),
        ("", TrackStatus.UNKNOWN),
    ],
)
def test_order_state_is_read_by_its_first_parts(code: str, status: TrackStatus) -> None:
    assert codes.order_state(code) is status


def test_account_faults_stop_the_account() -> None:
    stopping = {c for c, m in codes.MEANINGS.items() if m.kind is ErrorKind.REAUTHORIZE}
    assert stopping >= {"A1003", "A1004", "A1006", "6126", "8114", "8119", "20052"}


def test_refusal_of_data_is_final_and_known() -> None:
    assert (codes.REFUSED.kind, codes.REFUSED.unknown) == (ErrorKind.FATAL, False)
    assert "S0001" not in codes.MEANINGS
    assert "1010" not in codes.MEANINGS


def test_tables_cover_every_value_of_ours() -> None:
    assert set(codes.FILTER_RESULTS.values()) == set(FilterResult)
    assert set(codes.PAY_METHODS) == set(PayMethod)
