"""AES-256-GCM with the merchant's APIv3 key: how notices carry their resource."""

from __future__ import annotations

from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from backend.infra.wechatpay.errors import DecryptionFailed
from backend.infra.wechatpay.signing import decode_base64

ALGORITHM = "AEAD_AES_256_GCM"
KEY_BYTES = 32
NONCE_BYTES = 12
TAG_BYTES = 16


@dataclass(frozen=True, slots=True)
class SealedResource:
    """An encrypted resource as a notice carries it.

    Attributes:
        ciphertext: base64; its last 16 bytes are the tag.
        nonce: 12 characters.
        associated_data: authenticated beside the ciphertext; may be empty.
    """

    algorithm: str
    ciphertext: str
    nonce: str
    associated_data: str


@dataclass(frozen=True, slots=True)
class ApiV3Key:
    """The merchant's symmetric key, 32 bytes; it never appears in a representation."""

    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.secret) != KEY_BYTES:
            raise ValueError(f"an APIv3 key has {KEY_BYTES} bytes, not {len(self.secret)}")

    def open(self, resource: SealedResource) -> bytes:
        """Decrypt a resource.

        Raises:
            DecryptionFailed: another algorithm, a part of the wrong length, another key, or changed bytes.
        """
        nonce = resource.nonce.encode()
        sealed = decode_base64(resource.ciphertext, DecryptionFailed)
        if resource.algorithm != ALGORITHM or len(nonce) != NONCE_BYTES or len(sealed) < TAG_BYTES:
            raise DecryptionFailed("通知的加密方式或长度与规范不符")
        try:
            return AESGCM(self.secret).decrypt(nonce, sealed, resource.associated_data.encode())
        except InvalidTag:
            raise DecryptionFailed(
                "通知无法解密，请核对 WECHATPAY_APIV3_KEY_FILE 是否为现行的 APIv3 密钥"
            ) from None
