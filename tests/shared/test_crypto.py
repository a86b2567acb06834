"""Field encryption: bound to its place, found by a keyed index, and nothing without its key."""

import hmac
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.crypto import CannotDecrypt, FieldCipher, FieldKeys

KEYS = FieldKeys.fresh(("id_number", "phone"))
NUMBER = "511921199001011234"


@pytest.fixture
def cipher() -> FieldCipher:
    return FieldCipher(KEYS)


def test_what_is_encrypted_opens_in_its_own_place_only(cipher: FieldCipher) -> None:
    sealed = cipher.encrypt(NUMBER, b"members.id_number:1")
    assert cipher.decrypt(sealed, b"members.id_number:1") == NUMBER
    for elsewhere in (b"members.id_number:2", b"members.phone:1"):
        with pytest.raises(CannotDecrypt):
            cipher.decrypt(sealed, elsewhere)


def test_a_flipped_bit_does_not_open(cipher: FieldCipher) -> None:
    sealed = bytearray(cipher.encrypt(NUMBER, b"p"))
    for position in (0, 5, len(sealed) - 1):
        broken = sealed.copy()
        broken[position] ^= 1
        with pytest.raises(CannotDecrypt):
            cipher.decrypt(bytes(broken), b"p")


def test_the_same_number_never_looks_the_same_twice(cipher: FieldCipher) -> None:
    assert len({cipher.encrypt(NUMBER, b"p") for _ in range(100)}) == 100


@given(st.binary(min_size=1, max_size=200), st.text(st.characters(codec="utf-8")))
def test_the_index_is_hmac_sha_256_of_the_value_under_the_columns_key(key: bytes, value: str) -> None:
    index = FieldCipher(FieldKeys(KEYS.encryption, {"phone": key})).blind_index("phone", value)
    assert index == hmac.digest(key, value.encode(), "sha256")


def test_the_index_finds_equal_values_and_depends_on_column_and_key(cipher: FieldCipher) -> None:
    index = cipher.blind_index("id_number", NUMBER)
    assert index == cipher.blind_index("id_number", NUMBER)
    assert index != cipher.blind_index("phone", NUMBER)
    assert index != FieldCipher(FieldKeys.fresh(("id_number",))).blind_index("id_number", NUMBER)
    assert index != sha256(NUMBER.encode()).digest()


def test_an_old_key_still_opens_and_the_newest_encrypts(cipher: FieldCipher) -> None:
    sealed = cipher.encrypt(NUMBER, b"p")
    both = FieldCipher(FieldKeys({**KEYS.encryption, 2: b"2" * 32}, KEYS.index))
    assert both.decrypt(sealed, b"p") == NUMBER
    assert both.encrypt(NUMBER, b"p")[0] == 2
    with pytest.raises(CannotDecrypt):
        cipher.decrypt(both.encrypt(NUMBER, b"p"), b"p")


def test_keys_survive_their_file(tmp_path: object) -> None:
    from pathlib import Path

    path = Path(str(tmp_path)) / "keys.json"
    path.write_text(KEYS.dump())
    assert FieldKeys.load(path) == KEYS
