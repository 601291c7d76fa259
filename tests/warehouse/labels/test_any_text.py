"""Whatever people write, a label comes out."""

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from warehouse.labels.characters import GETA, is_printable
from warehouse.labels.cleaning import cleaned
from warehouse.labels.model import Label, LabelSize, Party
from warehouse.labels.render import render_labels

from .samples import page_count

TEXT = st.text(st.characters(), max_size=60) | st.text("省市区路号 1A，", max_size=400)
TEXTS = st.lists(TEXT, max_size=8).map(tuple)
PARTIES = st.builds(Party, name=TEXT, phone=TEXT, address=TEXT)
AMOUNTS = st.none() | st.decimals(0, 99_999_999, places=4) | st.just(Decimal("1e-30"))
LABELS = st.builds(
    Label,
    carrier=TEXT,
    waybill_no=st.from_regex(r"[!-~]{1,20}|[0-9]{1,36}", fullmatch=True),
    sort_code=TEXT,
    bag_place=TEXT,
    mapping_codes=TEXTS,
    product_name=TEXT,
    receiver=PARTIES,
    sender=PARTIES,
    package_no=TEXT,
    order_nos=TEXTS,
    goods=TEXTS,
    badges=TEXTS,
    freight_collect=st.booleans(),
    cod_amount=AMOUNTS,
    insured_amount=AMOUNTS,
    remark=TEXT,
    printed_at=TEXT,
    sequence=TEXT,
    reprint=st.booleans(),
    page_count=st.integers(1, 10**6),
    mother_no=TEXT,
    qr_payload=st.text(max_size=37),
)


@settings(max_examples=60)
@given(st.lists(LABELS, min_size=1, max_size=3), st.sampled_from(LabelSize))
def test_every_label_is_exactly_one_page(labels: list[Label], size: LabelSize) -> None:
    assert page_count(render_labels(labels, size=size)) == len(labels)


@given(LABELS)
def test_cleaned_label_is_printable_in_every_text(label: Label) -> None:
    clean, missing = cleaned(label)
    assert is_printable("".join(clean.texts))
    assert not missing or GETA in "".join(clean.texts)
