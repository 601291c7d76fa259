from channels_sync.connectors.woocommerce import signing
from tests.channels_sync.connectors.proofs.base import Inputs, UnknownAlgorithm


def prove(inputs: Inputs) -> str:
    match inputs:
        case {"consumer_key": key, "consumer_secret": secret, "method": method, "url": url}:
            oauth = signing.oauth_parameters(
                key, timestamp=inputs["oauth_timestamp"], nonce=inputs["oauth_nonce"]
            )
            text = signing.base_string(method, url, oauth)
            assert text == inputs.get("base_string", text)
            return signing.oauth_signature(secret, method=method, url=url, oauth=oauth)
        case {"secret": secret, "raw_body": body}:
            return signing.webhook_signature(secret, body.encode())
    raise UnknownAlgorithm(inputs)
