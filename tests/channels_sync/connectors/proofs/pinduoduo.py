from channels_sync.connectors.pinduoduo import signing
from tests.channels_sync.connectors.proofs.base import Inputs, UnknownAlgorithm


def prove(inputs: Inputs) -> str:
    match inputs:
        case {"algo": "md5", "secret": secret, "params": params}:
            return signing.sign(secret, params)
        case {"client_id": client_id, "secret": secret, "timestamp_ms": at}:
            return signing.push_path(secret, client_id=client_id, timestamp_ms=at)
    raise UnknownAlgorithm(inputs)
