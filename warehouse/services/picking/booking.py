"""Book what a picker took: out of the bin, into the tote, onto the document and its pick line.

On PostgreSQL one statement does it, elsewhere the ORM does; both leave the same rows.
"""

from datetime import datetime
from typing import NamedTuple

from django.db import connection
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from oms.models import FulfillmentLine
from oms.refusals import Refusal
from oms.statements import rows
from warehouse.models import PickLine
from warehouse.services.picking.walk import Line
from warehouse.services.stock.moves import shift

# The rows of both bins are locked in their order before either moves, as everybody does who moves
# goods between bins. The document's line is read under the document's lock, which the caller has.
_BOOK = """
WITH places AS (
    SELECT id, bin_id, since, promised FROM warehouse_binstock
    WHERE bin_id IN (%(bin_id)s::bigint, %(tote_id)s::bigint) AND sku_id = %(sku_id)s::bigint
        AND lot = %(lot)s::text AND condition = 'good'
    ORDER BY id FOR NO KEY UPDATE
), source AS (
    SELECT id, since, promised >= %(units)s::int AS is_enough FROM places
    WHERE bin_id = %(bin_id)s::bigint
), target AS (
    SELECT id FROM places WHERE bin_id = %(tote_id)s::bigint
), verdict AS (
    SELECT EXISTS (
        SELECT FROM oms_fulfillmentline WHERE id = %(wanted_id)s::bigint AND cancelled_at IS NULL
            AND picked_quantity + %(units)s::int <= quantity
    ) AS is_wanted,
    EXISTS (SELECT FROM source WHERE is_enough) AND EXISTS (SELECT FROM target) AS is_simple
), taken AS (
    UPDATE warehouse_binstock stock SET quantity = stock.quantity - %(units)s::int,
        promised = stock.promised - %(units)s::int
    FROM source, verdict WHERE stock.id = source.id AND is_wanted AND is_simple
), laid AS (
    UPDATE warehouse_binstock stock SET quantity = stock.quantity + %(units)s::int,
        since = CASE WHEN stock.quantity = 0 THEN source.since
            ELSE least(stock.since, source.since) END
    FROM source, target, verdict WHERE stock.id = target.id AND is_wanted AND is_simple
), wanted AS (
    UPDATE oms_fulfillmentline SET picked_quantity = picked_quantity + %(units)s::int
    FROM verdict WHERE id = %(wanted_id)s::bigint AND is_wanted AND is_simple
), noted AS (
    UPDATE warehouse_pickline SET picked = picked + %(units)s::int
    FROM verdict WHERE id = %(line_id)s::bigint AND is_wanted AND is_simple
)
SELECT is_wanted, is_simple FROM verdict
"""


class TakenBack(Refusal):
    """The units were cancelled, and the cart has not been told yet."""

    message = _("Cancelled: %(item)s. Put it back onto the shelf.")

    def __init__(self, *, fulfillment_id: int, item: str) -> None:
        super().__init__(item=item)
        self.fulfillment_id = fulfillment_id


class _Verdict(NamedTuple):
    is_wanted: bool
    is_simple: bool


def book(line: Line, *, units: int, tote_id: int, now: datetime) -> None:
    """Let units lie in the tote from now on. Task and document are locked by the caller.

    :raises TakenBack: if the document does not want them any more; nothing is booked then
    :raises NotInBin: if the bin does not hold them
    """
    if is_possible() and _at_once(line, units, tote_id=tote_id):
        return
    _require_wanted(line, units)
    _by_rows(line, units, tote_id=tote_id, now=now)


def is_possible() -> bool:
    return connection.vendor == "postgresql"


def _at_once(line: Line, units: int, *, tote_id: int) -> bool:
    """Return whether it was booked: the first piece in a tote has no row there yet."""
    values = {
        "bin_id": line.bin.pk,
        "tote_id": tote_id,
        "sku_id": line.sku.pk,
        "lot": line.lot,
        "units": units,
        "wanted_id": line.fulfillment_line_id,
        "line_id": line.pk,
    }
    [row] = rows(_BOOK, values)
    verdict = _Verdict(*row)
    if not verdict.is_wanted:
        raise _taken_back(line)
    return verdict.is_simple


def _require_wanted(line: Line, units: int) -> None:
    wanted = FulfillmentLine.objects.filter(
        pk=line.fulfillment_line_id, cancelled_at=None, quantity__gte=F("picked_quantity") + units
    )
    if not wanted.exists():
        raise _taken_back(line)


def _taken_back(line: Line) -> TakenBack:
    return TakenBack(fulfillment_id=line.slot.fulfillment_id, item=line.sku.name)


def _by_rows(line: Line, units: int, *, tote_id: int, now: datetime) -> None:
    shift(
        line.bin.pk,
        to_bin_id=tote_id,
        sku_id=line.sku.pk,
        quantity=units,
        lot=line.lot,
        promised=True,
        now=now,
    )
    wanted = FulfillmentLine.objects.filter(pk=line.fulfillment_line_id)
    wanted.update(picked_quantity=F("picked_quantity") + units)
    PickLine.objects.filter(pk=line.pk).update(picked=F("picked") + units)
