"""The words in which shops name their columns and statuses; all in lower case, without spaces."""

from channels_sync.dto import ImportField as F
from oms.dto import ChannelStatus as S

STATUS_WORDS = {status.value: status for status in S} | {
    "partially_shipped": S.PARTLY_SHIPPED,
    "pending": S.UNPAID,
    "awaiting payment": S.UNPAID,
    "processing": S.PAID,
    "fulfilled": S.SHIPPED,
    "delivered": S.COMPLETED,
    "canceled": S.CANCELLED,
    "refunded": S.CANCELLED,
    "待付款": S.UNPAID,
    "等待买家付款": S.UNPAID,
    "已付款": S.PAID,
    "待发货": S.PAID,
    "买家已付款": S.PAID,
    "部分发货": S.PARTLY_SHIPPED,
    "已发货": S.SHIPPED,
    "卖家已发货": S.SHIPPED,
    "已签收": S.COMPLETED,
    "已完成": S.COMPLETED,
    "交易成功": S.COMPLETED,
    "已取消": S.CANCELLED,
    "已关闭": S.CANCELLED,
    "交易关闭": S.CANCELLED,
}

COLUMN_WORDS: dict[F, tuple[str, ...]] = {
    F.ORDER_NO: (
        *("订单号", "订单编号", "主订单编号", "orderno", "orderid", "ordernumber"),
        *("invoiceno", "invoice", "order"),
    ),
    F.LINE_NO: ("子订单号", "子订单编号", "行号", "lineno", "lineid", "linenumber"),
    F.SKU_CODE: (
        *("商家编码", "sku编码", "规格编码", "商品编码", "货号", "skucode", "sku", "stockcode"),
        *("itemcode", "productcode", "merchantcode"),
    ),
    F.TITLE: (
        *("商品名称", "商品标题", "宝贝标题", "品名", "title", "description", "productname"),
        *("itemname", "product"),
    ),
    F.QUANTITY: ("数量", "商品数量", "购买数量", "宝贝数量", "quantity", "qty", "count"),
    F.UNIT_PRICE: ("单价", "商品单价", "销售单价", "价格", "unitprice", "price", "itemprice"),
    F.ORDERED_AT: (
        *(
            "下单时间",
            "订单创建时间",
            "创建时间",
            "拍下时间",
            "orderedat",
            "orderdate",
            "createdat",
        ),
        *("invoicedate", "date"),
    ),
    F.PAID_AT: ("付款时间", "支付时间", "订单付款时间", "paidat", "paymentdate"),
    F.MODIFIED_AT: ("修改时间", "更新时间", "updatedat", "modifiedat"),
    F.STATUS: ("订单状态", "状态", "交易状态", "status", "orderstatus"),
    F.CURRENCY: ("币种", "货币", "currency"),
    F.FREIGHT: ("运费", "邮费", "快递费", "freight", "shipping", "shippingfee", "postage"),
    F.DISCOUNT: ("优惠", "优惠金额", "折扣", "discount", "discountamount"),
    F.PAID_AMOUNT: ("实付", "实付金额", "实付款", "买家实付", "paidamount", "amountpaid", "paid"),
    F.BUYER_ID: ("买家id", "会员id", "客户编号", "buyerid", "customerid", "customerno"),
    F.BUYER_NICKNAME: ("买家昵称", "会员名", "买家会员名", "buyername", "nickname", "username"),
    F.BUYER_MEMO: ("买家留言", "买家备注", "留言", "buyermemo", "buyernote", "note"),
    F.SELLER_MEMO: ("卖家备注", "商家备注", "备注", "sellermemo", "sellernote", "remark"),
    F.RECEIVER_NAME: ("收件人", "收货人", "收货人姓名", "收件人姓名", "receiver", "receivername"),
    F.RECEIVER_PHONE: (
        *("手机", "手机号", "联系电话", "联系手机", "收货人手机", "收件人手机", "电话"),
        *("phone", "mobile", "receiverphone", "tel"),
    ),
    F.PROVINCE: ("省", "省份", "收货省", "province", "state"),
    F.CITY: ("市", "城市", "收货市", "city"),
    F.DISTRICT: ("区", "区县", "县", "收货区", "district"),
    F.ADDRESS: ("地址", "收货地址", "详细地址", "收件地址", "address", "street"),
    F.POSTCODE: ("邮编", "邮政编码", "postcode", "zip", "zipcode"),
    F.COUNTRY: ("国家代码", "countrycode"),
}

DATE_FORMATS = (
    "%d/%m/%Y %H:%M:%S",
    "%m/%d/%Y %H:%M:%S",
    "%d/%m/%Y %H:%M",
    "%m/%d/%Y %H:%M",
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d.%m.%Y %H:%M:%S",
    "%d.%m.%Y %H:%M",
    "%d.%m.%Y",
    "%Y年%m月%d日 %H:%M:%S",
    "%Y年%m月%d日 %H:%M",
    "%Y年%m月%d日",
    "%Y%m%d%H%M%S",
    "%Y%m%d",
)
"""Tried in this order on a few rows, after ISO 8601 and year-first dates."""
