"""SM2 signatures over SM3 (GB/T 32918.2): keys as PEM, made and checked by GmSSL.

The library's own signing prepares for many messages at once and is slow for one, so the digest is made here, from the
SM3 that `cryptography` has.
"""

import base64
import re
from dataclasses import dataclass

import gmssl_pyx
from cryptography.hazmat.primitives import hashes

SIGNER_ID = b"1234567812345678"
LONGEST_SIGNATURE = 72
_PRIME = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
_A = _PRIME - 3
_B = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
_GX = 0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7
_GY = 0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0
# What stands before the numbers in the one DER form that OpenSSL and GmSSL write.
_PUBLIC_HEAD = bytes.fromhex("3059301306072a8648ce3d020106082a811ccf5501822d03420004")
_PRIVATE_HEAD = bytes.fromhex("308187020100301306072a8648ce3d020106082a811ccf5501822d046d306b0201010420")
_PRIVATE_MIDDLE = bytes.fromhex("a14403420004")
_PEM = re.compile(r"-----BEGIN (PUBLIC|PRIVATE) KEY-----\s([A-Za-z0-9+/=\s]{1,400})-----END \1 KEY-----")


@dataclass(frozen=True, slots=True)
class Sm2PublicKey:
    """`point`: x and y, 32 bytes each."""

    point: bytes

    @staticmethod
    def load(pem: str) -> "Sm2PublicKey":
        """Raises ValueError for anything but a public key on the SM2 curve."""
        der = _der(pem, "PUBLIC")
        if len(der) != len(_PUBLIC_HEAD) + 64 or not der.startswith(_PUBLIC_HEAD):
            raise ValueError("no SM2 public key")
        point = der[len(_PUBLIC_HEAD) :]
        x, y = int.from_bytes(point[:32]), int.from_bytes(point[32:])
        if max(x, y) >= _PRIME or (y * y - x * x * x - _A * x - _B) % _PRIME:
            raise ValueError("not a point of the SM2 curve")
        return Sm2PublicKey(point)

    def pem(self) -> str:
        return _pem(_PUBLIC_HEAD + self.point, "PUBLIC")

    def fits(self, signature: bytes, message: bytes, signer_id: bytes = SIGNER_ID) -> bool:
        """`signature` in DER. The library writes a line to standard error when it does not fit."""
        if not 8 <= len(signature) <= LONGEST_SIGNATURE:
            return False
        try:
            digest = _digest(self.point, message, signer_id)
            return gmssl_pyx.sm2_verify_sm3_digest(self.point, digest, signature) is True
        except gmssl_pyx.GmsslInnerError:
            return False


@dataclass(frozen=True, slots=True)
class Sm2PrivateKey:
    """`number`: 32 bytes."""

    number: bytes
    public: Sm2PublicKey

    @staticmethod
    def fresh() -> "Sm2PrivateKey":
        point, number = gmssl_pyx.sm2_key_generate()
        return Sm2PrivateKey(number, Sm2PublicKey(point))

    @staticmethod
    def load(pem: str) -> "Sm2PrivateKey":
        """Raises ValueError for anything but an unencrypted SM2 key in PKCS #8 with its public half."""
        der = _der(pem, "PRIVATE")
        number, rest = der[len(_PRIVATE_HEAD) :][:32], der[len(_PRIVATE_HEAD) + 32 :]
        if not der.startswith(_PRIVATE_HEAD) or len(rest) != 70 or not rest.startswith(_PRIVATE_MIDDLE):
            raise ValueError("no SM2 private key")
        return Sm2PrivateKey(number, Sm2PublicKey(rest[len(_PRIVATE_MIDDLE) :]))

    def pem(self) -> str:
        return _pem(_PRIVATE_HEAD + self.number + _PRIVATE_MIDDLE + self.public.point, "PRIVATE")

    def sign(self, message: bytes, signer_id: bytes = SIGNER_ID) -> bytes:
        """The signature in DER."""
        signature: bytes = gmssl_pyx.sm2_sign_sm3_digest(self.number, _digest(self.public.point, message, signer_id))
        return signature


def _digest(point: bytes, message: bytes, signer_id: bytes) -> bytes:
    """SM3 of the signer's identity with its key, and the message."""
    curve = b"".join(number.to_bytes(32) for number in (_A, _B, _GX, _GY))
    identity = _sm3((len(signer_id) * 8).to_bytes(2) + signer_id + curve + point)
    return _sm3(identity + message)


def _sm3(data: bytes) -> bytes:
    digest = hashes.Hash(hashes.SM3())
    digest.update(data)
    return digest.finalize()


def _der(pem: str, kind: str) -> bytes:
    found = _PEM.fullmatch(pem.strip())
    if found is None or found[1] != kind:
        raise ValueError("not PEM")
    return base64.b64decode("".join(found[2].split()), validate=True)


def _pem(der: bytes, kind: str) -> str:
    return f"-----BEGIN {kind} KEY-----\n{base64.encodebytes(der).decode()}-----END {kind} KEY-----\n"
