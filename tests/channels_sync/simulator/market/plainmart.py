"""The smallest platforms there can be: what the market gives without words of their own."""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime

from channels_sync.simulator.faults import Fault, FaultKind
from channels_sync.simulator.market.changes import Change
from channels_sync.simulator.market.platform import App, Call, Letter, Platform, Push
from channels_sync.simulator.market.tokens import TokenRules
from channels_sync.simulator.outbox import Message
from channels_sync.simulator.replies import Reply, json_reply


class Plainmart(Platform):
    key = "plainmart"
    label = "平价集市"
    app = App.of("plainmart")
    token_rules = TokenRules(rotates=True)

    def answer(self, call: Call, *, now: datetime) -> Reply:
        state = self.tokens.check(call.query.get("token", ""), now=now)
        told = {"token": state, "place": self.place_of(call), "form": call.form}
        return json_reply(told | {"orders": [o.number for o in self.market.store.orders()]})

    def push(self, change: Change) -> Sequence[Push]:
        body = json.dumps({"event": change.what, "order": {"order_id": change.order_no}, "n": 7})
        return [Push(event=change.what, order_no=change.order_no, body=body)]

    def letter(self, message: Message, *, fault: Fault | None, now: datetime) -> Letter:
        is_wrong = fault is not None and fault.kind is FaultKind.WRONG_KEY
        secret = "stranger" if is_wrong else self.app.secret
        content = message.body.encode()
        sign = hashlib.sha256(secret.encode() + content).hexdigest()
        return Letter(path=self.hook, content=content, headers={"X-Sign": sign})


class Poolmart(Plainmart):
    key = "poolmart"
    label = "取信集市"
    app = App.of("poolmart")
    fetches_messages = True

    def answer(self, call: Call, *, now: datetime) -> Reply:
        if self.place_of(call) == "confirm":
            self.mailbox.confirm([int(call.form["id"])])
        given = self.mailbox.take(10, now=now)
        return json_reply([[message.id, message.event] for message in given])
