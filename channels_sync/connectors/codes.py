"""What several platforms call the same way."""

SHORT_NAMES = {
    "sf": "顺丰",
    "zto": "中通",
    "yto": "圆通",
    "sto": "申通",
    "yunda": "韵达",
    "ems": "EMS",
    "china_post": "邮政",
    "jt": "极兔",
    "jd": "京东",
    "deppon": "德邦",
    "best": "百世",
}
"""What people call them. The names in a platform's own list (``vdian.order.expresslist``,
``youzan.logistics.express.get``) begin so."""
