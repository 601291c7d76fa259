"""Words of Youzan's by which an answer is understood, because its numbers differ by source."""

TOKEN = ("access_token", "请求凭证", "token")
THROTTLED = ("频率", "限流", "流量", "太快", "过于频繁", "too many", "qps")
NOT_ALLOWED = ("无权限", "没有权限", "权限不足", "未授权", "授权已", "取消授权")
TROUBLE = ("系统异常", "系统错误", "超时", "稍后", "服务不可用", "system error", "timeout")
NOT_FOUND = ("不存在", "not found")
