"""Fetching a bill file: its link and digest are signed, the file is not, so the digest is what proves it."""

from __future__ import annotations

import hashlib
import hmac
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO
from urllib.parse import urlsplit

from backend.infra.wechatpay.errors import BillHashWrong, BillUnusable
from backend.infra.wechatpay.reading import Fields, NotAsPublished
from backend.infra.wechatpay.transport import Transport

LONGEST_FILE = 512 * 1024 * 1024
"""As sent and, counted anew, as unpacked: a day with millions of rows, but no endless file."""
GZIP_MAGIC = b"\x1f\x8b"
PIECE = 256 * 1024
_SHA1 = re.compile(r"[0-9A-Fa-f]{40}")


@dataclass(frozen=True, slots=True)
class BillLink:
    """Where a bill file is for five minutes, and the SHA-1 of the unpacked file in lower-case hex."""

    target: str
    sha1: str


def read_link(answer: Fields, base_url: str) -> BillLink:
    """Read the signed answer that names a bill file.

    Raises:
        NotAsPublished: no SHA-1, or a link to another origin, to which our signature must not go.
    """
    sha1 = answer.text("hash_value")
    if answer.text("hash_type") != "SHA1" or not _SHA1.fullmatch(sha1):
        raise NotAsPublished("hash_type or hash_value")
    parts = urlsplit(answer.text("download_url"))
    if f"{parts.scheme}://{parts.netloc}" != base_url:
        raise NotAsPublished("download_url: another origin")
    return BillLink(parts.path + (f"?{parts.query}" if parts.query else ""), sha1.lower())


def download_bill(
    transport: Transport,
    headers: Mapping[str, str],
    link: BillLink,
    target: BinaryIO,
    most: int = LONGEST_FILE,
) -> int:
    """Write the unpacked file into `target` piece by piece, and return its length in bytes.

    At most `most` bytes are taken, as sent and, counted anew, as unpacked. SHA-1 is WeChat Pay's choice: it
    is no protection against one who can forge WeChat Pay's own file, and the verified TLS beneath is.

    Raises:
        BillHashWrong: the file is not the one whose digest was signed.
        BillUnusable: it was refused, cannot be unpacked, or is longer than half a gibibyte.
    """
    digest, size = hashlib.sha1(usedforsecurity=False), 0
    with transport.stream(link.target, headers, most) as (status, pieces):
        if status != 200:
            raise BillUnusable(f"微信支付没有给出账单文件（状态 {status}），请重新申请下载链接")
        for piece in _unpacked(pieces):
            size += len(piece)
            if size > most:
                raise BillUnusable("微信支付账单文件过大")
            digest.update(piece)
            target.write(piece)
    if not hmac.compare_digest(digest.hexdigest(), link.sha1):
        raise BillHashWrong
    return size


def _unpacked(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Unpack GZIP, told by its first two bytes; a plain file passes as it is, and the digest judges both."""
    held = b""
    source = iter(pieces)
    while len(held) < len(GZIP_MAGIC) and (piece := next(source, b"")):
        held += piece
    if not held.startswith(GZIP_MAGIC):
        yield held
        yield from source
        return
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        yield from _inflated(unpacker, held)
        for piece in source:
            yield from _inflated(unpacker, piece)
    except zlib.error as error:
        raise BillUnusable("微信支付账单文件无法解压") from error
    if not unpacker.eof or unpacker.unused_data:
        raise BillUnusable("微信支付账单文件不完整")


def _inflated(unpacker: zlib._Decompress, packed: bytes) -> Iterator[bytes]:
    rest = packed
    while rest:
        yield unpacker.decompress(rest, PIECE)
        rest = unpacker.unconsumed_tail
