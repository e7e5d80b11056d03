"""Zip files that are sent while they are written."""

from collections.abc import Callable, Iterator
from zipfile import ZIP_STORED, ZipFile


class Sink:
    """What a zip file is written into, piece by piece."""

    def __init__(self):
        self._pieces: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._pieces.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def take(self) -> bytes:
        content = b"".join(self._pieces)
        self._pieces.clear()
        return content


def zip_stream(parts: dict[str, Callable[[], bytes]]) -> Iterator[bytes]:
    """A zip of `parts`, each made when its turn comes; not packed, pictures are already."""
    sink = Sink()
    with ZipFile(sink, "w", ZIP_STORED) as archive:
        for name, make in parts.items():
            archive.writestr(name, make())
            yield sink.take()
    yield sink.take()
