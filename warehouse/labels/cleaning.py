"""Make a label printable as a whole, once, before anything of it is measured."""

from dataclasses import replace

from warehouse.labels.characters import is_printable, missing_characters, printable
from warehouse.labels.model import Label, Party


def cleaned(label: Label) -> tuple[Label, tuple[str, ...]]:
    """Return the label with printable texts only, and the characters that the font does not have.

    Show the latter beside a print run: each of them is a geta mark on the paper.
    """
    if is_printable("".join(label.texts)):
        return label, ()
    clean = replace(
        label,
        carrier=printable(label.carrier),
        sort_code=printable(label.sort_code),
        bag_place=printable(label.bag_place),
        mapping_codes=_all_printable(label.mapping_codes),
        product_name=printable(label.product_name),
        receiver=_party(label.receiver),
        sender=_party(label.sender),
        package_no=printable(label.package_no),
        order_nos=_all_printable(label.order_nos),
        goods=_all_printable(label.goods),
        badges=_all_printable(label.badges),
        remark=printable(label.remark),
        printed_at=printable(label.printed_at),
        sequence=printable(label.sequence),
        mother_no=printable(label.mother_no),
    )
    return clean, missing_characters(label.texts)


def _all_printable(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(map(printable, texts))


def _party(party: Party) -> Party:
    return Party(
        name=printable(party.name),
        phone=printable(party.phone),
        address=printable(party.address),
    )
