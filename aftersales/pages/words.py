"""How the timeline speaks of cases and of their three axes."""

from django.utils.translation import gettext_lazy as _

from aftersales.flows import Approval, CaseStatus, Money, Receipt
from aftersales.models import AfterSalesCase, ApprovalAxis, MoneyAxis, ReceiptAxis
from oms.registries import Words

WORDS = (
    Words(
        AfterSalesCase.SUBJECT,
        _("after-sales case"),
        statuses=dict(CaseStatus.choices),
        actions={
            "create": _("request came in"),
            "close": _("closed"),
            "withdraw": _("withdrawn"),
            "asked_again": _("asked again by another way"),
            "revise": _("request changed"),
            "reminded": _("reminded of the platform's term"),
            "left_meanwhile": _("the goods left meanwhile: asked again"),
            "sent_back": _("buyer sent the goods back"),
            "accept": _("settled for what came"),
            "inspect": _("inspected"),
            "refund_refused": _("refund or replacement could not be asked for"),
            "exchange": _("replacement ordered"),
            "exchange_cancelled": _("the replacement order was cancelled"),
            "choose": _("chosen what is sent instead"),
            "pay_back_instead": _("money goes back instead of a replacement"),
            "cannot_follow": _("the platform's change could not be followed"),
            "try_again": _("refund tried again"),
        },
        notes={
            "nothing to pay back for what came": _("nothing to pay back for what came"),
            "the platform agreed": _("the platform agreed"),
            "rejected": _("rejected"),
            "withdrawn by the buyer": _("withdrawn by the buyer"),
            "refund requested before shipping": _("refund requested before shipping"),
        },
        acts={
            "case.open": _("case opened"),
            "case.exchange": _("replacement ordered"),
            "case.pay_back": _("money goes back instead of a replacement"),
            "case.photo": _("photo for a no kept"),
            "case.agree_by_rule": _("agreed to by rule"),
            "case.settle": _("refund started"),
            "case.accept": _("settled for what came"),
            "case.inspect": _("inspected"),
            "case.withdraw": _("case withdrawn"),
            "case.close": _("case closed by hand"),
            "case.try_again": _("refund tried again"),
        },
    ),
    Words(
        ApprovalAxis.SUBJECT,
        _("approval"),
        statuses=dict(Approval.choices),
        actions={
            "approve": _("approved"),
            "reject": _("rejected"),
            "ask_again": _("to be approved again"),
        },
    ),
    Words(
        ReceiptAxis.SUBJECT,
        _("goods"),
        statuses=dict(Receipt.choices),
        actions={
            "expect": _("goods are to come back"),
            "waive": _("goods need not come back"),
            "receive_part": _("a part came back"),
            "receive": _("goods came back"),
        },
    ),
    Words(
        MoneyAxis.SUBJECT,
        _("money"),
        statuses=dict(Money.choices),
        actions={
            "ask": _("refund asked"),
            "send": _("refund sent"),
            "confirm": _("money is back"),
            "fail": _("refund failed"),
            "note_platform_did_it": _("the platform gave the money back"),
        },
    ),
)
