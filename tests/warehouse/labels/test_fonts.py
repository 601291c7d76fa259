from warehouse.labels.fonts import FONT_FILE, advance_widths, measure


def two_byte_characters(encoding: str) -> set[str]:
    found = set()
    for lead in range(0x81, 0xFF):
        for trail in range(0x40, 0xFF):
            try:
                found.add(bytes([lead, trail]).decode(encoding))
            except UnicodeDecodeError:
                continue
    return found


def test_font_has_all_characters_of_gb2312() -> None:
    characters = two_byte_characters("gb2312")
    assert len(characters) == 7445
    assert characters <= advance_widths().keys()


def test_font_has_all_ideographs_of_gbk() -> None:
    ideographs = {c for c in two_byte_characters("gbk") if "一" <= c <= "鿿"}
    assert len(ideographs) == 20902
    assert ideographs <= advance_widths().keys()


def test_font_has_rare_characters_of_legal_names() -> None:
    assert set("䶮㛃㑇㕮䲟𬴊𬱖𫍯𬭎𫘝𬭚㐂") <= advance_widths().keys()


def test_ideographs_are_as_wide_as_high_and_latin_is_narrower() -> None:
    assert measure("面单") == 2
    assert 0 < measure("i") < measure("W") < 1


def test_font_comes_with_its_license_and_its_origin() -> None:
    assert "SIL OPEN FONT LICENSE" in FONT_FILE.with_suffix(".LICENSE").read_text()
    assert "2.004-H2" in FONT_FILE.with_suffix(".README").read_text()
