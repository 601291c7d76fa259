from channels_sync.connectors.youzan import signing
from tests.channels_sync.connectors.proofs.base import Inputs, UnknownAlgorithm


def prove(inputs: Inputs) -> str:
    match inputs:
        case {"client_secret": secret, "client_id": client_id, "msg": msg}:
            return signing.message_signature(secret, client_id=client_id, msg=msg)
        case {"client_secret": secret, "client_id": client_id, "raw_body": body}:
            return signing.event_signature(secret, client_id=client_id, body=body.encode())
        case {"client_secret": secret, "client_id": client_id, "kdt_id": kdt_id, "timestamp": at}:
            return signing.secret_key_signature(
                secret, client_id=client_id, kdt_id=str(kdt_id), timestamp=at
            )
        case {"client_secret": secret, "ciphertext": ciphertext}:
            return signing.decrypt_message(secret, ciphertext)
    raise UnknownAlgorithm(inputs)
