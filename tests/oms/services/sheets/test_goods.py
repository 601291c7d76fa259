import pytest

from oms.models import AuditEntry, Barcode, Bundle, Category, Job, Sku, User
from tests.factories.oms import BarcodeFactory, SkuFactory
from tests.oms.services.rows import rows as rows_by_table
from tests.oms.services.sheets.files import (
    Rows,
    as_csv,
    as_workbook,
    complaints,
    counts,
    imported,
    tried,
)

HEADER = ["SKU编码", "商品名称", "重量(克)", "易碎", "分类"]


def test_dry_run_tells_what_would_happen_and_changes_nothing(root: User) -> None:
    SkuFactory.create(code="OLD", name="old", weight_g=1)
    SkuFactory.create(code="SAME", name="same", weight_g=5)
    before = {name: count for name, count in rows_by_table().items() if name != "oms_job"}
    rows = [
        HEADER,
        ["NEW", "new", "10", "是", ""],
        ["OLD", "old", "2", "", ""],
        ["SAME", "", "5", "", ""],
        ["", "x", "", "", ""],
    ]
    trial = tried("skus", rows, actor=root)
    assert counts(trial) == {"new": 1, "changed": 1, "unchanged": 1, "faulty": 1}
    assert complaints(trial) == {5: "SKU code is empty"}
    [change] = trial.result["samples"]["changed"]
    assert change["note"].endswith(": 1 → 2")
    after = {name: count for name, count in rows_by_table().items() if name != "oms_job"}
    assert {k: v for k, v in after.items() if before[k] != v} == {"oms_namedlock": 1}
    assert Sku.objects.get(code="OLD").weight_g == 1


@pytest.mark.parametrize("as_file", [as_csv, as_workbook])
def test_import_adds_and_changes(root: User, as_file: object) -> None:
    SkuFactory.create(code="OLD", name="old", weight_g=1)
    rows: Rows = [HEADER, ["NEW", "new", 10, "是", ""], ["OLD", "older", None, "", ""]]
    make = as_csv if as_file is as_csv else as_workbook
    job = imported("skus", make(rows), actor=root)
    assert counts(job) == {"new": 1, "changed": 1}
    new, old = Sku.objects.get(code="NEW"), Sku.objects.get(code="OLD")
    assert (new.name, new.weight_g, new.is_fragile, new.is_active) == ("new", 10, True, True)
    assert (old.name, old.weight_g) == ("older", 1)


def test_same_file_twice_changes_nothing_the_second_time(root: User) -> None:
    rows = [HEADER, ["A", "a", "10", "是", ""], ["B", "b", "", "", ""]]
    imported("skus", rows, actor=root)
    assert counts(imported("skus", rows, actor=root)) == {"unchanged": 2}


def test_every_fault_of_a_row_is_told(root: User) -> None:
    rows = [
        HEADER,
        ["A", "", "-1", "maybe", ""],
        ["B", "b" * 201, "", "", ""],
        ["C", "c", "", "", "fruit"],
        ["D", "d", "", "", "", "and more"],
        ["E", "", "", "", ""],
    ]
    job = tried("skus", rows, actor=root)
    assert complaints(job) == {
        2: "Weight (g): -1 is not between 0 and 2000000; Fragile: “maybe” is neither yes nor no",
        3: "Name: longer than 200 characters",
        4: "there is no category “fruit”: create it first",
        5: "a cell stands in a column without a name: the row may be shifted",
        6: "Name is empty, and a new entry needs it",
    }


def test_code_that_stands_twice_is_refused_both_times(root: User) -> None:
    rows = [HEADER, ["A", "a", "", "", ""], ["B", "b", "", "", ""], ["A", "c", "", "", ""]]
    job = imported("skus", rows, actor=root)
    assert complaints(job) == {
        2: "stands in the file twice: see row 4",
        4: "stands in the file twice: see row 2",
    }
    assert list(Sku.objects.values_list("code", flat=True)) == ["B"]


def test_category_is_found_by_name_or_code_if_only_one_has_it(root: User) -> None:
    for code in ("fruit", "twin-1", "twin-2"):
        Category.objects.create(code=code, name="twins" if "twin" in code else "Obst")
    rows = [
        HEADER,
        ["A", "a", "", "", "Obst"],
        ["B", "b", "", "", "fruit"],
        ["C", "c", "", "", "twins"],
    ]
    job = imported("skus", rows, actor=root)
    assert list(complaints(job)) == [4]
    assert set(Sku.objects.values_list("code", "category__code")) == {
        ("A", "fruit"),
        ("B", "fruit"),
    }


def test_code_of_a_bundle_is_no_sku(root: User) -> None:
    Bundle.objects.create(code="SET", name="set")
    job = tried("skus", [HEADER, ["SET", "x", "", "", ""]], actor=root)
    assert complaints(job) == {2: "this code is a bundle's already"}


def test_audit_names_who_imported_what(root: User) -> None:
    SkuFactory.create(code="OLD", name="old")
    imported("skus", [HEADER, ["NEW", "n", "", "", ""], ["OLD", "o", "", "", ""]], actor=root)
    entries = AuditEntry.objects.filter(actor=root)
    assert {(entry.object_repr, entry.action) for entry in entries} == {
        ("NEW", AuditEntry.Action.CREATE),
        ("OLD", AuditEntry.Action.UPDATE),
    }


def test_example_of_the_blank_is_no_row(root: User) -> None:
    job = tried("skus", [HEADER, ["示例-TS01-M", "x", "", "", ""]], actor=root)
    assert job.state == Job.State.FAILED
    assert job.error.startswith("There is no row to import")


def test_barcodes_are_new_known_or_somebody_elses(root: User) -> None:
    SkuFactory.create(code="A")
    SkuFactory.create(code="B")
    BarcodeFactory.create(sku=SkuFactory.create(code="C"), code="6901")
    rows = [
        ["条码", "SKU编码"],
        ["6900", "A"],
        ["6901", "C"],
        ["6901000", "Z"],
        ["B", "A"],
        ["B2", "B"],
    ]
    job = imported("barcodes", rows, actor=root)
    assert counts(job) == {"new": 2, "unchanged": 1, "faulty": 2}
    assert complaints(job) == {
        4: "there is no SKU “Z”: import the SKUs first",
        5: "this barcode is the code of another SKU",
    }
    assert Barcode.objects.get(code="6900").sku.code == "A"
    again = imported("barcodes", [["barcode", "sku"], ["6901", "A"]], actor=root)
    assert complaints(again) == {2: "this barcode is that of C already"}
