"""Photos, made anew from their pixels: what comes out holds nothing of the file but the picture.

No EXIF, no place, no thumbnail of a thumbnail, nothing appended. What cannot be read is refused.
"""

from __future__ import annotations

import io
import threading
import warnings
from dataclasses import dataclass

import pillow_heif
from PIL import Image, ImageOps, UnidentifiedImageError

from backend.kernel.refusal import BadInput

MOST_BYTES = 20 * 1024 * 1024
MOST_PIXELS = 60_000_000
"""Phones make photos of up to 50 million pixels; one that is decoded takes four bytes a pixel."""
LONGEST_SIDE = 2048
THUMBNAIL_SIDE = 400
QUALITY = 82
KINDS = ("JPEG", "PNG", "WEBP", "HEIF")
_AT_ONCE = threading.BoundedSemaphore(2)
"""How many photos a process decodes at a time, so that a burst cannot use up its memory."""

pillow_heif.register_heif_opener(thumbnails=False)


class PhotoRefused(BadInput):
    """A file that is no photo we take, or too large a one."""

    code = "photo-refused"
    title = "照片无法使用"


@dataclass(frozen=True, slots=True)
class Picture:
    """A photo as it is kept: JPEG bytes, and its size in pixels."""

    jpeg: bytes
    thumbnail: bytes
    width: int
    height: int


def make_picture(content: bytes) -> Picture:
    """Make a photo anew, upright, at most 2048 pixels long, with a small one beside it.

    Raises:
        PhotoRefused: too many bytes or pixels, not one of JPEG, PNG, WebP and HEIC, or damaged.
    """
    if not content:
        raise PhotoRefused("照片是空文件；请重新选择")
    if len(content) > MOST_BYTES:
        raise PhotoRefused(
            f"照片有 {len(content) // 2**20} MB，最大 {MOST_BYTES // 2**20} MB；请压缩后再上传，或用手机截图"
        )
    with _AT_ONCE:
        try:
            return _make(content)
        except PhotoRefused:
            raise
        except (OSError, ValueError, SyntaxError, RuntimeError, Image.DecompressionBombError) as error:
            raise PhotoRefused("照片文件已损坏或不完整；请重新拍摄或重新选择") from error


def _make(content: bytes) -> Picture:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the library's own thoughts about odd files; ours is below
        image = _open(content)
        upright = ImageOps.exif_transpose(image)
        plain = _on_white(upright)
    plain.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    small = plain.copy()
    small.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE), Image.Resampling.LANCZOS)
    return Picture(_jpeg(plain), _jpeg(small), *plain.size)


def _open(content: bytes) -> Image.Image:
    """Read the header, refuse by it, and only then decode."""
    try:
        image = Image.open(io.BytesIO(content), formats=KINDS)
    except (UnidentifiedImageError, Image.DecompressionBombError) as error:
        raise PhotoRefused("这不是照片；请上传 JPEG、PNG、WebP 或 HEIC 格式的照片") from error
    width, height = image.size
    if width * height > MOST_PIXELS:
        raise PhotoRefused(
            f"照片为 {width}×{height} 像素，超过 {MOST_PIXELS // 10_000} 万像素；请缩小后再上传"
        )
    if image.format == "JPEG":
        image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # decodes large photos at a fraction of their size
    image.load()
    return image


def _on_white(image: Image.Image) -> Image.Image:
    """Return the picture in RGB; what was transparent becomes white."""
    if image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info:
        layer = image.convert("RGBA")
        ground = Image.new("RGB", layer.size, "white")
        ground.paste(layer, mask=layer.getchannel("A"))
        return ground
    if image.mode.startswith("I") or image.mode == "F":
        return image.point(lambda value: value / 256).convert("L").convert("RGB")
    return image.convert("RGB")


def _jpeg(image: Image.Image) -> bytes:
    """Write pixels alone: a fresh image carries no EXIF, profile or comment."""
    bare = Image.new("RGB", image.size)
    bare.paste(image)
    stream = io.BytesIO()
    bare.save(stream, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return stream.getvalue()
