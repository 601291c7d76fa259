from channels_sync.connectors.jd import signing
from tests.channels_sync.connectors.proofs.base import Inputs, UnknownAlgorithm


def prove(inputs: Inputs) -> str:
    match inputs:
        case {"algo": "md5", "secret": secret, "params": params}:
            return signing.sign(secret, params)
    raise UnknownAlgorithm(inputs)
