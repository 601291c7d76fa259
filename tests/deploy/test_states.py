"""The page of statuses says what the tables say."""

from deploy import states


def test_the_page_of_statuses_is_up_to_date() -> None:
    assert states.PAGE.read_text(encoding="utf-8") == states.page(), "run python -m deploy.states"


def test_every_flow_of_the_core_is_on_the_page() -> None:
    names = [name for name, _flow in states.flows()]
    assert "oms.flows.order.ORDER_FLOW" in names
    assert len(names) == len(set(names)) >= 5
