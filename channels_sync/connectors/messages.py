"""Words of refusals that mean the same on every platform, in lower case."""

WRONG_CLOCK = ("timestamp", "时间戳")
NO_PERMISSION = ("权限", "permission", "access_denied", "not allowed")
WRONG_SIGNATURE = ("签名", "signature")
