from channels_sync.connectors.doudian import signing
from tests.channels_sync.connectors.proofs.base import Inputs, UnknownAlgorithm


def prove(inputs: Inputs) -> str:
    match inputs:
        case {"secret": secret, "app_key": app_key, "method": method, "params": params, **rest}:
            text = signing.param_json(params)
            assert text == rest.get("param_json", text)
            return signing.sign(
                secret, app_key=app_key, method=method, text=text, timestamp=rest["timestamp"]
            )
        case {"secret": secret, "app_key": app_key, "raw_body": body}:
            return signing.push_signature(secret, app_key=app_key, body=body.encode())
        case {"secret": secret, "app_key": app_key, "param_json": text, "timestamp": at}:
            return signing.spi_signature(secret, app_key=app_key, text=text, timestamp=at)
    raise UnknownAlgorithm(inputs)
