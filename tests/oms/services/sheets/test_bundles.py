import pytest

from oms.models import AuditEntry, Bundle, BundleComponent, User
from tests.factories.oms import SkuFactory
from tests.oms.services.sheets.files import Rows, complaints, counts, imported

HEADER = ["套装编码", "套装名称", "组成SKU编码", "数量"]


@pytest.fixture(autouse=True)
def _skus(db: None) -> None:
    for code in ("A", "B", "C"):
        SkuFactory.create(code=code)


def contents(code: str) -> dict[str, int]:
    parts = BundleComponent.objects.filter(bundle__code=code)
    return dict(parts.values_list("sku__code", "quantity"))


def test_rows_of_a_bundle_make_one_with_its_components(root: User) -> None:
    rows = [
        HEADER,
        ["S1", "Set one", "A", "2"],
        ["S2", "Set two", "C", "1"],
        ["S1", "", "B", "1"],
    ]
    job = imported("bundles", rows, actor=root)
    assert counts(job) == {"new": 3}
    assert contents("S1") == {"A": 2, "B": 1}
    assert Bundle.objects.get(code="S1").name == "Set one"
    assert AuditEntry.objects.filter(actor=root).count() == 5


def test_one_faulty_component_holds_its_whole_bundle_back(root: User) -> None:
    rows = [
        HEADER,
        ["S1", "one", "A", "2"],
        ["S1", "", "nowhere", "1"],
        ["S2", "two", "A", "0"],
        ["S2", "", "B", "1"],
        ["S3", "three", "C", "1"],
    ]
    job = imported("bundles", rows, actor=root)
    assert complaints(job) == {
        2: "held back, because row 3 belongs to it and is faulty",
        3: "there is no SKU “nowhere”: import the SKUs first",
        4: "Quantity: 0 is not between 1 and 10000",
        5: "held back, because row 4 belongs to it and is faulty",
    }
    assert list(Bundle.objects.values_list("code", flat=True)) == ["S3"]


def test_known_bundle_gains_components_and_changes_quantities(root: User) -> None:
    imported("bundles", [HEADER, ["S", "s", "A", "1"], ["S", "", "B", "1"]], actor=root)
    rows = [HEADER, ["S", "new name", "A", "1"], ["S", "", "B", "3"], ["S", "", "C", "1"]]
    job = imported("bundles", rows, actor=root)
    assert counts(job) == {"changed": 2, "new": 1}
    assert contents("S") == {"A": 1, "B": 3, "C": 1}
    assert Bundle.objects.get(code="S").name == "new name"
    assert counts(imported("bundles", rows, actor=root)) == {"unchanged": 3}


@pytest.mark.parametrize(
    ("rows", "complaint"),
    [
        ([["S", "s", "A", "1"]], "the bundle also holds B"),
        ([["N", "", "A", "1"]], "Bundle name is empty, and a new entry needs it"),
        ([["A", "s", "B", "1"]], "this code is a SKU's already"),
        ([["N", "x", "A", "1"], ["N", "y", "B", "1"]], "the rows of this bundle give it different"),
        ([["N", "x", "A", "1"], ["N", "", "A", "2"]], "stands in the file twice: see row 3"),
    ],
)
def test_what_makes_no_bundle_is_refused(root: User, rows: Rows, complaint: str) -> None:
    imported("bundles", [HEADER, ["S", "s", "A", "1"], ["S", "", "B", "1"]], actor=root)
    job = imported("bundles", [HEADER, *rows], actor=root)
    assert counts(job) == {"faulty": len(rows)}
    assert complaints(job)[2].startswith(complaint)
    assert contents("S") == {"A": 1, "B": 1}
    assert not Bundle.objects.filter(code="N").exists()
