"""Our carrier codes as a platform numbers them: its usual numbers, and the shop's own. Pure."""

from collections.abc import Mapping

from oms.integration.errors import ErrorKind, IntegrationError


def company_number(carrier: str, usual: Mapping[str, object], *, own: object) -> str:
    """Return the platform's number of a carrier; ``own`` is the shop's "sf=44, zto=115".

    :raises IntegrationError: fatal, if nobody named it
    """
    number = _own(own).get(carrier) or str(usual.get(carrier) or "")
    if not number:
        raise IntegrationError(
            f"没有填写承运商 {carrier} 在该平台的物流公司编号，请在店铺连接里补充",
            kind=ErrorKind.FATAL,
            code="local:carrier",
        )
    return number


def _own(text: object) -> dict[str, str]:
    pairs = (part.partition("=") for part in str(text or "").split(","))
    return {name.strip(): number.strip() for name, _is, number in pairs}
