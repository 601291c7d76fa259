from channels_sync.connectors.webhook.signing import sign
from tests.channels_sync.connectors.proofs.base import Inputs, UnknownAlgorithm

_PARTS = ("method", "path", "timestamp", "nonce")


def prove(inputs: Inputs) -> str:
    if not {"secret", "raw_body", *_PARTS} <= inputs.keys():
        raise UnknownAlgorithm(inputs)
    parts = {name: inputs[name] for name in _PARTS}
    signature = sign(inputs["secret"], **parts, body=inputs["raw_body"].encode())
    return signature.removeprefix("v1=")
