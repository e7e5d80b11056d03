"""Takes a person out of what others wrote: "Dear Li Wei" becomes "Dear […] […]"."""

import re

GONE = "[…]"
_SHORTEST = 2  # letters: of names in Chinese, too; a single one would strike out half a text


def redact(text: str, *names: str) -> str:
    """`text` without these names, addresses and firms, as a whole and word by word."""
    wanted = {name.strip() for name in names} | {
        word for name in names for word in re.findall(r"[^\s,;()]+", name)
    }
    wanted = {word for word in wanted if len(word.strip(".")) >= _SHORTEST}
    for word in sorted(wanted, key=len, reverse=True):
        text = re.sub(_pattern(word), GONE, text, flags=re.IGNORECASE)
    return text


def _pattern(word: str) -> str:
    """Whole words only, where the script has spaces between them."""
    before = r"(?<!\w)" if word[0].isascii() else ""
    after = r"(?!\w)" if word[-1].isascii() else ""
    return before + re.escape(word) + after
