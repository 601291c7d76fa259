"""Words of Youzan's by which an answer is understood, because its numbers differ by source."""

TOKEN = ("access_token", "请求凭证", "token")
THROTTLED = ("频率", "限流", "流量", "太快", "过于频繁", "too many", "qps")
NOT_ALLOWED = ("无权限", "没有权限", "权限不足", "未授权", "授权已", "取消授权")
TROUBLE = ("系统异常", "系统错误", "超时", "稍后", "服务不可用", "system error", "timeout")
NOT_FOUND = ("不存在", "not found")

CARRIERS = {
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
"""How the names in ``youzan.logistics.express.get`` begin, by our carrier codes."""
