"""The page on which a shop's owner says yes to an app, and the way back to it."""

from collections.abc import Mapping
from html import escape
from urllib.parse import urlencode

from channels_sync.simulator.html import document
from channels_sync.simulator.replies import Reply


def consent_page(label: str, back: str, answer: Mapping[str, str]) -> Reply:
    """Draw the page; its link leads to ``back`` with the answer (code and state)."""
    mark = "&" if "?" in back else "?"
    link = escape(f"{back}{mark}{urlencode(answer)}")
    content = f'<p>应用请求访问店铺的订单、商品和物流。</p><p><a href="{link}">同意授权</a></p>'
    page = document(f"{label}授权（模拟）", content)
    return Reply(body=page.encode(), content_type="text/html;charset=UTF-8")
