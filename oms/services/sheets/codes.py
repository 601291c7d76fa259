"""The words of the columns as people write them: Chinese first, English second, then others."""

CODE = ("SKU编码", "SKU code", "商家编码", "货号", "商品编码", "sku", "编码")
NAME = ("商品名称", "Name", "名称", "品名", "sku name")
CATEGORY = ("分类", "Category", "类目", "品类")
BRAND = ("品牌", "Brand")
WEIGHT = ("重量(克)", "Weight (g)", "重量", "重量g", "weight", "weight_g")
LENGTH = ("长(毫米)", "Length (mm)", "长", "长mm", "长度", "length", "length_mm")
WIDTH = ("宽(毫米)", "Width (mm)", "宽", "宽mm", "宽度", "width", "width_mm")
HEIGHT = ("高(毫米)", "Height (mm)", "高", "高mm", "高度", "height", "height_mm")
FRAGILE = ("易碎", "Fragile", "is_fragile")
HEAVY = ("重货", "Heavy", "is_heavy")
LIQUID = ("液体", "Liquid", "is_liquid")
FOOD = ("食品", "Food", "is_food")
CHEMICAL = ("化学品", "Chemical", "is_chemical")
COLD_CHAIN = ("冷链", "Cold chain", "needs_cold_chain")
SERIAL = ("序列号管理", "Serial numbers", "序列号", "has_serial")
EXPIRY = ("保质期管理", "Expiry dates", "效期管理", "has_expiry")
SHELF_LIFE = ("保质期(天)", "Shelf life (days)", "保质期", "shelf_life_days")
ACTIVE = ("启用", "Active", "是否启用", "is_active")

BARCODE = ("条码", "Barcode", "条形码", "69码", "ean")

BUNDLE_CODE = ("套装编码", "Bundle code", "组合编码", "组合装编码", "bundle")
BUNDLE_NAME = ("套装名称", "Bundle name", "组合名称")
COMPONENT = ("组成SKU编码", "Component SKU code", "组成SKU", "子SKU编码", "component", *CODE)
QUANTITY = ("数量", "Quantity", "qty", "件数")

PRODUCT = ("平台商品ID", "Channel product ID", "商品ID", "商品编号", "product id", "item id")
VARIANT = ("平台规格ID", "Channel SKU ID", "平台SKU ID", "规格ID", "channel sku", "sku id")
TITLE = ("商品标题", "Title", "宝贝标题", "标题")
MERCHANT_CODE = ("平台商家编码", "Merchant code", "外部编码", "outer id")
STANDS_FOR = ("对应SKU或套装编码", "SKU or bundle code", "对应编码", "SKU编码", "SKU code", "sku")
RATIO = ("每件对应数量", "Units per piece", "换算数量", "ratio")

ROW = ("原行号", "Row")
REASON = ("错误原因", "Reason")
"""What a file of faulty rows has in front; sent in again, these columns are passed over."""

EXAMPLE = "示例"
"""How the example row of a blank begins: a row that still says so is no data."""

EXAMPLE_CODE = f"{EXAMPLE}-TS01-M"
EXAMPLE_NAME = "纯棉圆领T恤 白色 M"
EXAMPLE_BARCODE = f"{EXAMPLE}-6901234567892"
EXAMPLE_BUNDLE = f"{EXAMPLE}-TZ01"
EXAMPLE_BUNDLE_NAME = "T恤两件装"
EXAMPLE_PRODUCT = f"{EXAMPLE}-7301"
EXAMPLE_TITLE = "夏季新款纯棉T恤"

YES = frozenset({"是", "y", "yes", "1", "true", "t", "√", "✓", "✔", "有", "启用"})
NO = frozenset({"否", "n", "no", "0", "false", "f", "×", "x", "无", "停用"})
YES_NO = ("是", "否")
SHEET_TITLES = ("数据", "填写说明")
