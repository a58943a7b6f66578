"""Small real files for tests: pictures, pages and films that are made here."""

import struct
import zlib


def png(width: int = 8, height: int = 8, colour: tuple[int, int, int] = (200, 90, 20)) -> bytes:
    """A picture of one colour."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = (b"\x00" + bytes(colour) * width) * height
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def _box(kind: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I", 8 + len(body)) + kind + body


def mp4(duration_ms: int = 5000) -> bytes:
    """A film of one frame (ISO 14496-12), which says how long it plays."""
    matrix = struct.pack(">9i", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
    mvhd = struct.pack(">IIIII", 0, 0, 0, 1000, duration_ms) + b"\x00\x01\x00\x00\x01\x00" + bytes(10) + matrix
    tkhd = (
        struct.pack(">IIIIII", 7, 0, 0, 1, 0, duration_ms) + bytes(16) + matrix + struct.pack(">II", 16 << 16, 16 << 16)
    )
    mdhd = struct.pack(">IIIIIHH", 0, 0, 0, 1000, duration_ms, 0x55C4, 0)
    entry = (
        bytes(6) + b"\x00\x01" + bytes(16) + struct.pack(">HHII", 16, 16, 0x480000, 0x480000) + bytes(4) + b"\x00\x01"
    )
    avc1 = _box(b"avc1", entry, bytes(32), b"\x00\x18\xff\xff")
    counted = struct.pack(">II", 0, 1)
    stbl = _box(
        b"stbl",
        _box(b"stsd", counted, avc1),
        _box(b"stts", counted, struct.pack(">II", 1, duration_ms)),
        _box(b"stsc", counted, struct.pack(">III", 1, 1, 1)),
        _box(b"stsz", struct.pack(">III", 0, 0, 1), struct.pack(">I", 16)),
        _box(b"stco", counted, struct.pack(">I", 32)),
    )
    dinf = _box(b"dinf", _box(b"dref", counted, _box(b"url ", b"\x00\x00\x00\x01")))
    minf = _box(b"minf", _box(b"vmhd", struct.pack(">IHHHH", 1, 0, 0, 0, 0)), dinf, stbl)
    hdlr = _box(b"hdlr", bytes(8), b"vide", bytes(12), b"film\x00")
    mdia = _box(b"mdia", _box(b"mdhd", mdhd), hdlr, minf)
    moov = _box(b"moov", _box(b"mvhd", mvhd, bytes(24), b"\x00\x00\x00\x02"), _box(b"trak", _box(b"tkhd", tkhd), mdia))
    return _box(b"ftyp", b"isom\x00\x00\x02\x00isommp41") + _box(b"mdat", bytes(16)) + moov


BROKEN_FILM = _box(b"ftyp", b"isom\x00\x00\x02\x00isommp41") + b"\x00\x00\x01\x00moov" + bytes(range(256)) * 20
"""It begins as a film does, and is none."""
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><title>x</title><script>parent.document.title = 'taken'</script><p>A page"
PDF = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
