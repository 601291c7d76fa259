"""Which codes are sure to name a thing on the shelf, and which only look like it."""

import pytest

from oms.rules.listing_match import Candidate, Match, Shelf, propose

SHELF = Shelf(
    skus={"CUP-1": 1, "BOTH": 2, "SAME": 3},
    bundles={"BOX-1": 7, "BOTH": 8},
    barcodes={"6901234567892": 1, "SAME": 3, "CUP-1X": 4},
)
SKU_1 = Candidate(is_bundle=False, id=1)


@pytest.mark.parametrize(
    ("code", "match", "candidates"),
    [
        ("CUP-1", Match.SURE, (SKU_1,)),
        ("BOX-1", Match.SURE, (Candidate(is_bundle=True, id=7),)),
        ("6901234567892", Match.SURE, (SKU_1,)),
        ("SAME", Match.SURE, (Candidate(is_bundle=False, id=3),)),
        ("BOTH", Match.DOUBTFUL, (Candidate(False, 2), Candidate(True, 8))),
        ("cup-1", Match.DOUBTFUL, (SKU_1,)),
        (" CUP -1 ", Match.DOUBTFUL, (SKU_1,)),
        ("CUP-2", Match.NONE, ()),
        ("", Match.NONE, ()),
        ("  ", Match.NONE, ()),
    ],
)
def test_only_the_exact_code_of_one_thing_is_sure(
    code: str, match: Match, candidates: tuple[Candidate, ...]
) -> None:
    found = propose(code, shelf=SHELF)
    assert (found.match, found.candidates) == (match, candidates)
