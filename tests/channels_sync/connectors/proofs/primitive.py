"""The digests themselves: what every signature stands on."""

import hashlib
import hmac

from tests.channels_sync.connectors.proofs.base import Inputs, UnknownAlgorithm


def prove(inputs: Inputs) -> str:
    match inputs:
        case {"algo": "md5 hex", "data": data}:
            return hashlib.md5(data.encode(), usedforsecurity=False).hexdigest()
        case {"algo": "hmac-md5 hex", "key": key, "data": data}:
            return hmac.digest(key.encode(), data.encode(), "md5").hex()
        case {"algo": "hmac-sha256 hex", "key": key, "data": data}:
            return hmac.digest(key.encode(), data.encode(), "sha256").hex()
    raise UnknownAlgorithm(inputs)
