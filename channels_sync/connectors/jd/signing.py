"""JOS's signature (open.jd.com, developer guide 2643). Pure."""

from collections.abc import Mapping

from channels_sync.connectors.signing import wrapped_md5


def sign(secret: str, params: Mapping[str, str]) -> str:
    """Return the upper hexadecimal signature of every parameter that is sent but ``sign`` itself.

    The JSON of the business parameters is signed as the very text that is sent.
    """
    return wrapped_md5(secret, {key: value for key, value in params.items() if key != "sign"})
