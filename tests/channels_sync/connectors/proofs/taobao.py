from channels_sync.connectors.taobao import signing
from channels_sync.connectors.taobao.frames import Frame, FrameType, encode
from tests.channels_sync.connectors.proofs.base import Inputs, UnknownAlgorithm

_METHODS = {"md5": signing.MD5, "hmac-md5": signing.HMAC_MD5, "hmac-sha256": signing.HMAC_SHA256}


def prove(inputs: Inputs) -> str:
    match inputs:
        case {"decoded": {"message_type": kind, "token": token, "content": content}}:
            return encode(Frame(type=FrameType(kind), token=token, content=content)).hex()
        case {"secret": secret, "params": {"group_name": group, "timestamp": int(at), **rest}}:
            return signing.handshake_signature(
                secret, app_key=str(rest["app_key"]), group_name=group, timestamp_ms=at
            )
        case {"secret": secret, "params": params, "algo": algo}:
            method = _METHODS.get(str(algo).partition(" ")[0])
            if method:
                return signing.sign(secret, params, method=method)
    raise UnknownAlgorithm(inputs)
