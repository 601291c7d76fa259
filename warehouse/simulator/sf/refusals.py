"""What SF says no with, in its own words (platform result codes and business error codes)."""

GATEWAY_TEXTS = {
    "A1001": "必传参数不可为空",
    "A1002": "请求时效已过期",
    "A1003": "IP无效",
    "A1004": "无对应服务权限",
    "A1005": "流量受控",
    "A1006": "数字签名无效",
    "A1007": "重复请求",
    "A1008": "数据解密失败",
    "A1009": "目标服务异常或不可达",
    "A1010": "状态为沙箱测试",
    "A1011": "OAuth2认证失败",
    "A1099": "系统异常",
}
BUSINESS_TEXTS = {
    "S0001": "非法的JSON格式",
    "S0002": "必填参数为空",
    "S0003": "系统发生数据错误或运行时异常",
    "1010": "寄件地址不能为空",
    "1011": "寄件联系人不能为空",
    "1012": "寄件电话不能为空",
    "1014": "到件地址不能为空",
    "1015": "到件联系人不能为空",
    "1016": "到件电话不能为空",
    "1023": "托寄物品名不能为空",
    "6126": "月结卡号不合法",
    "6150": "找不到该订单",
    "8016": "重复下单",
    "8017": "订单号与运单号不匹配",
    "8018": "未获取到订单信息",
    "8019": "订单已确认或已消单",
    "8037": "已消单",
    "8119": "月结卡号不存在或已失效",
    "8196": "信息异常",
    "8252": "订单已确认",
}


class GatewayRefusal(Exception):
    """The gateway turns a call away before any service sees it."""

    def __init__(self, code: str) -> None:
        super().__init__(GATEWAY_TEXTS.get(code, "系统异常"))
        self.code = code


class BusinessRefusal(Exception):
    """The service says no; the gateway still answers A1000."""

    def __init__(self, code: str) -> None:
        super().__init__(BUSINESS_TEXTS[code])
        self.code = code
