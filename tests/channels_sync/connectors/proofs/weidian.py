from channels_sync.connectors.weidian import signing
from tests.channels_sync.connectors.proofs.base import Inputs, UnknownAlgorithm


def prove(inputs: Inputs) -> str:
    match inputs:
        case {"param": param, "public": public}:
            return signing.form_body(param, public)
    raise UnknownAlgorithm(inputs)
