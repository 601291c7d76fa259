import pytest

from oms.integration.addresses import BadAddress, check_address


@pytest.mark.parametrize("url", ["https://1.1.1.1", "https://1.1.1.1:8443/shop/"])
def test_public_address_passes(url: str) -> None:
    check_address(url, allow_private=False)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "shop.example",
        "ftp://1.1.1.1",
        "https://",
        "https://user:key@1.1.1.1",
        "http://1.1.1.1",
        "https://127.0.0.1",
        "https://localhost",
        "https://10.0.0.1",
        "https://169.254.169.254/latest/",
        "https://[::1]",
        "https://[fe80::1]",
    ],
)
def test_other_addresses_are_refused(url: str) -> None:
    with pytest.raises(BadAddress):
        check_address(url, allow_private=False)


def test_own_network_may_be_allowed() -> None:
    check_address("http://127.0.0.1:9101/shops/demo", allow_private=True)
    with pytest.raises(BadAddress):
        check_address("http://user@127.0.0.1", allow_private=True)
