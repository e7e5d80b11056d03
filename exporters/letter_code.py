"""The code of an approval letter: cannot be guessed, can be typed from paper."""

import re
import secrets

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # without 0, O, 1 and I
LENGTH = 12  # 60 bits
_GROUP = 4


def new_letter_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def clean_letter_code(text: str) -> str:
    """A code as it is stored, from what a person typed: capitals, no spaces or hyphens."""
    return re.sub(r"[^0-9A-Z]", "", text.upper())[:20]


def grouped(code: str) -> str:
    """The code as it is printed: ABCD-EFGH-JKLM."""
    return "-".join(code[start : start + _GROUP] for start in range(0, len(code), _GROUP))
