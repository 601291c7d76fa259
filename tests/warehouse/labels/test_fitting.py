import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from warehouse.labels.fitting import LEADING, Paragraph, Sizes, fit, fit_line
from warehouse.labels.fonts import measure
from warehouse.labels.messages import CLOSING

SIZES = Sizes(12, 6)
UNSPACED = st.text(st.sampled_from("省市区路号室，。（）0123456789ABCxyz-"), max_size=120)
TEXTS = st.text(st.sampled_from("省市区路号室，。（）0123456789ABCxyz -"), max_size=120)


def test_short_text_keeps_the_largest_size() -> None:
    assert fit(["张三"], 100, 30, SIZES) == (12, ["张三"], False)


def test_long_text_is_broken_before_it_is_shrunk() -> None:
    fitted = fit(["一二三四五六七八"], 5 * 12, 2 * 12 * LEADING, SIZES)
    assert fitted == (12, ["一二三四五", "六七八"], False)


def test_text_shrinks_when_the_lines_are_used_up() -> None:
    fitted = fit(["一" * 16], 5 * 12, 2 * 12 * LEADING, SIZES)
    assert fitted.size < 12
    assert "".join(fitted.lines) == "一" * 16


def test_text_beyond_the_smallest_size_is_cut_visibly() -> None:
    fitted = fit(["一" * 500], 60, 15, SIZES)
    assert (fitted.size, fitted.cut, len(fitted.lines)) == (6, True, 2)
    assert fitted.lines[-1].endswith("…")
    assert measure(fitted.lines[-1]) * 6 <= 60


def test_one_line_shrinks_as_far_as_it_must() -> None:
    assert fit_line("一" * 10, 100, 20, SIZES) == (10, ["一" * 10], False)
    assert fit_line("一" * 99, 60, 20, SIZES) == (6, ["一" * 9 + "…"], True)


def test_several_texts_begin_lines_of_their_own() -> None:
    assert fit(["一", "二"], 60, 60, SIZES).lines == ["一", "二"]
    assert fit([], 60, 60, SIZES).lines == []


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("住在1203室内", ["住在", "1203室", "内"]),
        ("一二三四，五", ["一二三", "四，五"]),
        ("ab cd ef", ["ab cd ef"]),
        ("ABCDEFGHIJKL", ["ABCDEF", "GHIJKL"]),
    ],
)
def test_lines_break_where_a_reader_expects_it(text: str, lines: list[str]) -> None:
    assert Paragraph(text).lines(4.2) == lines


@given(TEXTS, st.floats(2, 30))
def test_breaking_loses_nothing_and_never_leaves_the_line(text: str, room: float) -> None:
    lines = Paragraph(text).lines(room)
    assert "".join(lines) == text
    assert all(measure(line.rstrip()) <= room + 1e-6 for line in lines)


@given(UNSPACED, st.floats(6, 30))
def test_no_line_begins_with_closing_punctuation(text: str, room: float) -> None:
    longest = max((measure(piece) for piece, *_ in Paragraph(text)._pieces), default=0)
    assume(longest <= room)
    lines = Paragraph(text).lines(room)
    assert not any(line[0] in CLOSING for line in lines[1:])


@given(st.lists(TEXTS, max_size=6), st.floats(30, 400), st.floats(10, 200))
def test_fitted_text_stays_in_its_box(texts: list[str], width: float, height: float) -> None:
    fitted = fit(texts, width, height, SIZES)
    assert SIZES.smallest <= fitted.size <= SIZES.largest
    assert len(fitted.lines) * fitted.size * LEADING <= height + 1e-3
    assert all(measure(line.rstrip()) * fitted.size <= width + 1e-3 for line in fitted.lines)
    assert fitted.cut or "".join(fitted.lines) == "".join(texts)
