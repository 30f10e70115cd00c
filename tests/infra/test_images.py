"""Photos made anew: what comes in, what goes out, and what is refused."""

from __future__ import annotations

import io
import struct
import zlib

import pillow_heif
import pytest
from PIL import Image

from backend.infra.images import LONGEST_SIDE, MOST_BYTES, THUMBNAIL_SIDE, PhotoRefused, make_picture

MAKE, PLACE = 0x010F, 0x8825
SECRET = b"Secret Phone Model"


def photo(
    kind: str = "JPEG", size: tuple[int, int] = (600, 400), mode: str = "RGB", **options: object
) -> bytes:
    colours = {
        "RGB": (10, 120, 30),
        "RGBA": (10, 120, 30, 0),
        "L": 99,
        "CMYK": (9, 8, 7, 6),
        "I;16": 40000,
        "P": 3,
    }
    stream = io.BytesIO()
    Image.new(mode, size, colours[mode]).save(stream, kind, **options)
    return stream.getvalue()


def opened(jpeg: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(jpeg))
    image.load()
    return image


def telling_exif(orientation: int = 1) -> bytes:
    exif = Image.Exif()
    exif[MAKE], exif[0x0112] = SECRET.decode(), orientation
    gps = exif.get_ifd(PLACE)
    gps[1], gps[2], gps[3], gps[4] = "N", (37.0, 27.0, 0.0), "E", (116.0, 18.0, 0.0)
    return exif.tobytes()


def a_png_that_claims(width: int, height: int) -> bytes:
    """Return a tiny PNG whose header names any size."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def heic(size: tuple[int, int] = (320, 240)) -> bytes:
    stream = io.BytesIO()
    pillow_heif.from_pillow(Image.new("RGB", size, (200, 10, 10))).save(stream)
    return stream.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIC"])
def test_each_kind_that_phones_make_becomes_a_jpeg(kind: str) -> None:
    picture = make_picture(heic((600, 400)) if kind == "HEIC" else photo(kind))
    image = opened(picture.jpeg)
    assert (image.format, image.size, image.mode) == ("JPEG", (600, 400), "RGB")
    assert (picture.width, picture.height) == (600, 400)


def test_neither_place_nor_device_nor_anything_appended_survives() -> None:
    content = photo(exif=telling_exif(), comment=SECRET, icc_profile=b"x" * 200) + b"APPENDED" + SECRET
    assert SECRET in content
    picture = make_picture(content)
    for jpeg in (picture.jpeg, picture.thumbnail):
        assert SECRET not in jpeg
        assert b"APPENDED" not in jpeg
        image = opened(jpeg)
        assert dict(image.getexif()) == {}
        assert not {"exif", "comment", "icc_profile", "xmp"} & set(image.info)


def test_a_photo_taken_upright_is_shown_upright() -> None:
    picture = make_picture(photo(size=(600, 400), exif=telling_exif(orientation=6)))
    assert opened(picture.jpeg).size == (400, 600)


def test_large_photos_are_shrunk_and_small_ones_left_as_they_are() -> None:
    large = make_picture(photo(size=(6000, 3000)))
    assert (large.width, large.height) == (LONGEST_SIDE, LONGEST_SIDE // 2)
    assert max(opened(large.thumbnail).size) == THUMBNAIL_SIDE
    small = make_picture(photo(size=(40, 30)))
    assert opened(small.jpeg).size == opened(small.thumbnail).size == (40, 30)


def test_what_was_transparent_becomes_white() -> None:
    image = opened(make_picture(photo("PNG", mode="RGBA")).jpeg)
    assert min(image.getpixel((5, 5))) > 250


@pytest.mark.parametrize(("kind", "mode"), [("JPEG", "CMYK"), ("JPEG", "L"), ("PNG", "I;16"), ("PNG", "P")])
def test_other_ways_of_keeping_colours_are_read(kind: str, mode: str) -> None:
    assert opened(make_picture(photo(kind, mode=mode)).jpeg).mode == "RGB"


def gif() -> bytes:
    return photo("GIF", mode="P")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "空文件"),
        (b"%PDF-1.7\n%\xe2\xe3 a document renamed to .jpg" * 50, "不是照片"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "不是照片"),
        (gif(), "不是照片"),
        (b"\xff\xd8\xff\xe0" + b"\0" * (MOST_BYTES + 1), "最大 20 MB"),
        (a_png_that_claims(50_000, 50_000), "不是照片|万像素"),
        (a_png_that_claims(9000, 9000), "万像素"),
        (a_png_that_claims(300, 300), "已损坏"),
        (photo(size=(900, 900), quality=95)[:1500], "已损坏"),
    ],
    ids=["empty", "pdf", "svg", "gif", "huge", "bomb", "many pixels", "short png", "short jpeg"],
)
def test_what_is_no_photo_or_too_large_is_refused_with_its_remedy(content: bytes, reason: str) -> None:
    with pytest.raises(PhotoRefused, match=reason):
        make_picture(content)
