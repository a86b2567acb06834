"""In which form is an ID number compared? Half-width, without spaces, with a capital X."""

_HALF_WIDTH = {0xFF10 + digit: str(digit) for digit in range(10)} | {0xFF38: "X", 0xFF58: "X", 0x3000: None, 0x20: None}


def normal_form(id_number: str) -> str:
    return id_number.translate(_HALF_WIDTH).upper()
