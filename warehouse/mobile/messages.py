"""Every text that the phone says by itself. Refusals bring their own (beside what refuses)."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise

# --- stations -------------------------------------------------------------------------------
TITLES: dict[str, Text] = {
    "pick": _("Pick"),
    "pack": _("Pack check"),
    "label": _("Label"),
    "hand_over": _("Hand over"),
    "receive": _("Receive returns"),
    "put_back": _("Put back"),
    "find": _("What is this?"),
}

# --- what a scan brought about (``Outcome.code``) ---------------------------------------------
OUTCOMES: dict[str, Text] = {
    "task_claimed": _("Your task"),
    "task_done": _("All picked. Bring the cart to the packing table."),
    "task_handed_back": _("Handed back. Somebody else goes on."),
    "tote_bound": _("Tote %(tote)s"),
    "bin_right": _("Right bin. Take %(n)d."),
    "item_picked": _("Right. %(n)d left."),
    "laid_in": _("In tote %(tote)s"),
    "skipped": _("Comes again at the end."),
    "short_elsewhere": _("Noted. Take it from another bin."),
    "short_noted": _("Noted. The order waits, go on with the others."),
    "check_begun": _("Scan every item."),
    "tote_opened": _("%(n)d orders. Scan an item."),
    "item_checked": _("Right. %(n)d left of it."),
    "cancelled_in_box": _("Cancelled: take %(items)s out of the box, then go on."),
    "box_sealed": _("Box %(package)s closed. Go on with the next."),
    "document_packed": _("All packed: %(package)s"),
    "check_left": _("Left. Nothing was packed."),
    "desk_cleared": _("Ready for the next."),
    "parcel_found": _("Parcel %(package)s"),
    "parcel_collected": _("On board: %(waybill)s"),
    "parcel_scanned_before": _("Scanned before: %(waybill)s"),
    "parcel_taken_off": _("Taken off: %(waybill)s"),
    "parcels_stopped": _("Stopped, take them out: %(waybills)s. Then hand over again."),
    "handed_over": _("%(n)d parcels handed over."),
    "parcel_opened": _("%(text)s: scan what is inside."),
    "parcel_choose": _("%(n)d returns fit. Choose one, or scan on."),
    "parcel_unknown": _("Nobody expects this parcel. Find it by another number, or book it."),
    "parcel_called_off": _("%(text)s was called off. Book the parcel as unclaimed."),
    "parcel_left": _("Put aside. Nothing was received."),
    "item_laid_out": _("Noted: %(text)s"),
    "return_item_counted": _("Right. %(n)d more expected."),
    "return_all_there": _("Everything is there. Check the condition, then receive it."),
    "not_expected": _("Not expected in this parcel: %(text)s"),
    "difference_noted": _("Noted as a difference: %(text)s"),
    "thing_put_aside": _("Not counted."),
    "graded": _("Condition noted."),
    "return_item_undone": _("Taken out again."),
    "return_gone": _("%(text)s was called off or received just now. Book the rest apart."),
    "return_received": _("%(n)d received. They lie in %(bin)s."),
    "unclaimed_booked": _("Booked as %(text)s. Put it into %(bin)s."),
    "put_back_taken": _("Take %(n)d to the shelf."),
    "put_back_done": _("Back on %(bin)s."),
    "put_back_given_up": _("Left for later."),
    "found": _("%(kind)s: %(text)s"),
}

KINDS: dict[str, Text] = {
    "sku": _("SKU"),
    "bin": _("bin"),
    "waybill": _("waybill"),
    "package": _("parcel"),
    "document": _("shipping document"),
    "return": _("expected return"),
    "staff": _("person"),
}

# --- steps ----------------------------------------------------------------------------------
NO_TASK = _("Ready to pick?")
NO_TASK_DETAIL = _("%(n)d tasks wait.")
NO_WORK = _("Nothing to pick at the moment.")
TOTE_FOR = _("Take an empty tote for place")
TOTE_FOR_ALL = _("Take an empty tote for this task")
GO_TO = _("Go to")
TAKE = _("Take")
PIECES = _("%(n)d pcs")
THEN = _("then %(bin)s")
PUT_INTO = _("Lay it into")
PLACE = _("Place %(n)d")
INTO_TOTE = _("into %(tote)s")
TASK_OVER = _("All picked")
TASK_OVER_DETAIL = _("Bring the cart to the packing table.")
PARKED = _("%(n)d orders were stopped: leave their totes at the desk.")
LOT = _("lot %(lot)s")

SCAN_TOTE = _("Scan the tote")
SCAN_BIN = _("Scan the bin")
SCAN_ITEM = _("Scan the goods")
SCAN_TOTE_OR_DOCUMENT = _("Scan a tote or a document")
SCAN_EVERY_ITEM = _("Scan every item")
SCAN_PARCEL = _("Scan a parcel, document or waybill")
SCAN_WAYBILL = _("Scan the waybills, one after another")
SCAN_GOODS_OR_TOTE = _("Scan the goods or their tote")
SCAN_SHELF = _("Scan the shelf")
SCAN_ANYTHING = _("Scan anything")

PACK_IDLE = _("What do you pack?")
PACK_IDLE_DETAIL = _("%(n)d documents wait.")
TOTE_IN_HAND = _("Tote %(tote)s")
TOTE_IN_HAND_DETAIL = _("%(n)d orders in it. Scan any item.")
GIFT = _("gift")
LABEL_IDLE = _("Which parcel?")
DOCK_EMPTY = _("Nothing scanned yet")
DOCK_WAITING = _("%(n)d parcels wait here")
DOCK_COUNT = _("Parcels")
SCAN_RETURN = _("Scan the return waybill")
SCAN_OTHER_NUMBER = _("Waybill, order, case, or 4 digits of the phone")
RETURN_IDLE = _("What has come back?")
RETURN_NONE = _("Nothing is on its way. Scan any parcel that comes.")
RETURN_WAITING = _("%(n)d parcels are on their way")
RETURN_UNKNOWN = _("Nobody's parcel")
RETURN_CHOOSE = _("Which return is it?")
RETURN_LABEL_TORN = _("No number can be read")
RETURN_QUESTION = _("This is not expected here")
RETURN_PARCEL_BACK = _("Our own parcel came back")
INSPECT_FIRST = _("inspect first")
LAST_ITEM = _("Last: %(condition)s")
CONDITIONS: dict[str, Text] = {
    "good": _("Good"),
    "defective": _("Defective"),
    "quarantine": _("To be inspected"),
}
DIFFERENCES: dict[str, Text] = {"extra": _("too many"), "wrong": _("wrong")}
PUT_BACK_IDLE = _("What goes back?")
PUT_BACK_NOTHING = _("Nothing is to be put back.")
PUT_BACK_TO = _("Back to")
OUT_OF_PARCEL = _("out of parcel %(package)s")
LIES_IN = _("lies in %(bin)s")

# --- buttons --------------------------------------------------------------------------------
START = _("Give me a task")
SKIP = _("Later")
SHORT = _("Not there")
SHORT_ASK = _("Is it really not in this bin?")
HAND_BACK = _("Hand back")
HAND_BACK_ASK = _("Leave the rest of this task to somebody else?")
SEAL = _("Close this box")
LEAVE = _("Leave")
LEAVE_ASK = _("Stop checking this document? It can be scanned again.")
NEXT = _("On to the next")
UNDO = _("Undo the last")
HAND_OVER = _("Hand over %(n)d parcels")
HAND_OVER_ASK = _("Does the carrier have all %(n)d parcels?")
GIVE_UP = _("Not now")
RECEIVE_ALL = _("Receive all %(n)d")
RECEIVE_PART = _("Receive %(n)d, %(left)d missing")
RECEIVE_PART_ASK = _("%(left)d are missing. Receive what is here? The rest stays expected.")
RECEIVE_EMPTY = _("The box is empty")
RECEIVE_EMPTY_ASK = _("Was really nothing in it? The case will say so.")
BOOK_UNCLAIMED = _("Book as unclaimed")
BOOK_UNCLAIMED_ASK = _("Book this parcel as nobody's for now?")
PUT_ASIDE = _("Put aside")
PUT_ASIDE_ASK = _("Close this parcel again? Nothing is received, what was scanned is forgotten.")
ONE_TOO_MANY = _("One too many")
WRONG_THING = _("A wrong thing")
NOT_FROM_HERE = _("Not out of this parcel")
PHOTO_KEPT = _("Photo kept.")

# --- labels ---------------------------------------------------------------------------------
WAYBILL_STATES: dict[str, Text] = {
    "none": _("No waybill yet"),
    "requested": _("The carrier is being asked"),
    "unknown": _("The carrier did not answer. It may have made the waybill: we find out."),
    "failed": _("The carrier refused"),
    "issued": _("Ready to print"),
    "used": _("Handed over"),
    "by_hand": _(
        "The address belongs to the platform. Print the waybill with the platform's own tool, then "
        "enter its number here."
    ),
    "typed": _("The number was entered by hand. Stick the platform's waybill on the parcel."),
    "gone": _("This parcel was opened again"),
}
GET_WAYBILL = _("Get the waybill")
TRY_AGAIN = _("Try again")
PRINT = _("Print the label")
SENT_TO_COMPONENT = _("Sent to the printer by %(component)s")
NO_COMPONENT = _(
    "%(component)s does not answer. Start it on this computer, then press “Send again”."
)
NOT_PRINTED = _("%(component)s did not print: %(words)s")
SEND_AGAIN = _("Send again")
PRINT_AGAIN = _("Print again")
PRINTED = _("Printed %(n)d times")
REPRINT_WHY = _("Why print again?")
REPRINT_REASONS: tuple[Text, ...] = (
    _("Label damaged"),
    _("Printer jammed"),
    _("Label lost"),
    _("Badly printed"),
)
ENTER_NUMBER = _("Enter the printed waybill")
WHICH_CARRIER = _("Which carrier is on the waybill?")
SCAN_NUMBER = _("%(carrier)s: scan the barcode of the waybill, or type its number")
TAKE_NUMBER_OFF = _("Take the number off")
TAKE_OFF_WHY = _("Why is the number taken off?")
TAKE_OFF_REASONS: tuple[Text, ...] = (
    _("Wrong number"),
    _("Wrong carrier"),
    _("Printed anew"),
    _("Not sent this way"),
)
WEIGH = _("Weigh")
WEIGH_AGAIN = _("Weigh again")
WEIGHT_KG = _("Weight in kilograms, as the scale shows it")
WEIGHT_WANTED = _("The shop is told of this parcel when it has been weighed.")
WEIGHS = _("Weighs %(weight)s")
WEIGHS_OF = _("Weighs %(weight)s, by its goods %(expected)s")
CARRIER_REVIEWS = _("The carrier checks the address by hand: %(reason)s")

# --- the page itself --------------------------------------------------------------------------
SIGNED_OUT = _("You are signed out. Sign in again.")
BAD_REQUEST = _("This scan was not understood. Scan again.")
NOT_HERE = _("You do not work in this warehouse.")
WRONG_LOGIN = _("Badge or password is wrong. After several wrong ones wait a quarter of an hour.")

PAGE: dict[str, Text] = {
    "understood": _("Understood"),
    "cancel": _("Cancel"),
    "confirm": _("Yes"),
    "manual": _("Type it"),
    "camera": _("Camera"),
    "camera_close": _("Close the camera"),
    "camera_denied": _("The camera is not available. It needs HTTPS and your permission."),
    "code": _("Code"),
    "quantity": _("Quantity"),
    "send": _("Send"),
    "offline": _("No network. The scan is kept and sent as soon as there is one."),
    "busy": _("One moment…"),
    "trouble": _("The server has a problem. Tell your supervisor (number %(number)s)."),
    "photo": _("no photo yet"),
    "take_photo": _("Photo"),
    "flat": _("Hold the barcode level in the frame"),
}
