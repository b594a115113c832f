"""A few bars as a PNG of some hundred bytes, for mail; it is good on light and on dark. Pure."""

import struct
import zlib
from collections.abc import Sequence

WIDTH, HEIGHT = 560, 112  # pixels, shown at half: sharp on dense screens
_GAP, _LEAST, _LINE = 8, 2, 2  # pixels: between two bars, of the lowest, of the ground
# index 0 is see-through; the ground, a week, this week: each has a contrast of 3 to white and to the dark sheet
_PALETTE = bytes((0, 0, 0, 139, 147, 161, 107, 138, 192, 47, 125, 225))
_ALPHA = bytes((0, 255, 255, 255))


def bars(counts: Sequence[int]) -> bytes:
    """A bar a count, the last one stronger, upon a line."""
    high = max(max(counts, default=0), 1)
    width = (WIDTH - _GAP * (len(counts) - 1)) // max(len(counts), 1)
    tall = [max(_LEAST, round(count / high * (HEIGHT - _LINE))) if count else 0 for count in counts]
    rows = [_row(tall, width, HEIGHT - _LINE - y) for y in range(HEIGHT - _LINE)]
    rows += [bytes((1,)) * WIDTH] * _LINE
    return _png(rows)


def _row(tall: Sequence[int], width: int, above: int) -> bytes:
    """The pixels so far above the ground."""
    last = len(tall) - 1
    parts = [bytes((2 + (place == last) if height >= above else 0,)) * width for place, height in enumerate(tall)]
    return bytes(_GAP).join(parts).ljust(WIDTH, b"\0")[:WIDTH]


def _png(rows: Sequence[bytes]) -> bytes:
    head = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 3, 0, 0, 0)
    data = zlib.compress(b"".join(b"\0" + row for row in rows), 9)
    chunks = ((b"IHDR", head), (b"PLTE", _PALETTE), (b"tRNS", _ALPHA), (b"IDAT", data), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, content) for name, content in chunks)


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
