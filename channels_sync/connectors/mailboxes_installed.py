"""Every platform whose messages we fetch: importing this module registers them all."""

from channels_sync.connectors.mailboxes import mailboxes
from channels_sync.connectors.taobao.mailbox import TaobaoMailbox

__all__ = ["TaobaoMailbox", "mailboxes"]
