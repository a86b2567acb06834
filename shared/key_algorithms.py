"""Which algorithm is a public key in PEM for?"""

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from shared.sm2 import Sm2PublicKey

ES256, ED25519, SM2 = "ES256", "Ed25519", "SM2"


def algorithm_of(pem: str) -> str | None:
    """ES256 (P-256), Ed25519 or SM2; None for a private key, another curve, another family, or no key."""
    try:
        Sm2PublicKey.load(pem)
    except ValueError:
        pass
    else:
        return SM2
    try:
        key = serialization.load_pem_public_key(pem.encode())
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return None
    if isinstance(key, ed25519.Ed25519PublicKey):
        return ED25519
    return ES256 if isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1) else None
