from warehouse.simulator.faults import Fault, FaultKind, Faults


def test_fault_is_used_up() -> None:
    faults = Faults()
    faults.add(Fault(kind=FaultKind.DELAY, times=2))
    assert [faults.take("a") is not None for _ in range(3)] == [True, True, False]


def test_fault_waits_for_its_service() -> None:
    faults = Faults()
    faults.add(Fault(kind=FaultKind.DELAY, service="b"))
    assert faults.take("a") is None
    assert faults.take("b") is not None


def test_faults_happen_in_the_order_they_were_asked_for() -> None:
    faults = Faults()
    for kind in (FaultKind.DELAY, FaultKind.CODE):
        faults.add(Fault(kind=kind))
    taken = [faults.take("a") for _ in range(2)]
    assert [fault.kind for fault in taken if fault] == [FaultKind.DELAY, FaultKind.CODE]


def test_clearing_forgets_all() -> None:
    faults = Faults()
    faults.add(Fault(kind=FaultKind.DELAY))
    faults.clear()
    assert faults.take("a") is None
