from channels_sync.connectors.shopify.signing import callback_signature, webhook_signature
from tests.channels_sync.connectors.proofs.base import Inputs, UnknownAlgorithm


def prove(inputs: Inputs) -> str:
    match inputs:
        case {"secret": secret, "query": query}:
            return callback_signature(secret, query)
        case {"secret": secret, "raw_body": body}:
            return webhook_signature(secret, body.encode())
    raise UnknownAlgorithm(inputs)
