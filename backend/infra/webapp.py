"""The app in a browser: the folder that `npm run build:h5` made, served at /app/.

Nothing in it is personal, so everybody may fetch it. Names under assets/ carry a digest of their content
and are kept for a year; everything else is asked for again each time.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from flask import Blueprint, Response, redirect, request, send_from_directory
from werkzeug.exceptions import NotFound

from backend.infra.auth import public
from backend.infra.house import current_house

blueprint = Blueprint("webapp", __name__)

INDEX = "index.html"
HASHED = "assets/"
A_YEAR = "public, max-age=31536000, immutable"
SECURITY = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' blob:; "
        "style-src 'self' 'unsafe-inline'; worker-src 'self'; object-src 'none'; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'"
    ),
    "Permissions-Policy": "camera=(self), geolocation=(self), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""uni-app sets styles from scripts, hence 'unsafe-inline' for styles; scripts come from here alone."""
PACKED = {"br": ".br", "gzip": ".gz"}
"""How the build packs files, the smallest first, and what it adds to their names."""
NOT_BUILT = (
    "网页版尚未构建，其他服务照常。\n"
    "请在服务器上重新运行 scripts/run：它会构建网页版；构建不了时，会在终端说明原因。\n\n"
    "The app is not built; all else works. Run scripts/run again: it builds it, or says why not.\n"
)


class _Found(NamedTuple):
    name: str
    encoding: str | None


@blueprint.get("/")
@public
def front_door() -> Response:
    """Lead whoever types the bare address to the app."""
    return redirect("/app/")  # type: ignore[return-value]  # werkzeug's response; Flask sends it as it is


@blueprint.get("/app/")
@public
def start() -> Response:
    """Serve the page that loads the app, or say that it is not built."""
    folder = current_house().settings.webapp_dir
    if not (folder / INDEX).is_file():
        return Response(NOT_BUILT, status=503, content_type="text/plain; charset=utf-8", headers=SECURITY)
    return _send(folder, INDEX)


@blueprint.get("/app/<path:name>")
@public
def part(name: str) -> Response:
    """Serve a part of the app; a name that leads out of its folder is not there."""
    return _send(current_house().settings.webapp_dir, name)


def _send(folder: Path, name: str) -> Response:
    found = _packed(folder, name)
    answer = send_from_directory(folder, found.name, mimetype=_kind(name), conditional=True)
    answer.headers.update(SECURITY)
    answer.headers["Cache-Control"] = A_YEAR if name.startswith(HASHED) else "no-cache"
    answer.headers["Vary"] = "Accept-Encoding"
    if found.encoding:
        answer.headers["Content-Encoding"] = found.encoding
    return answer


def _packed(folder: Path, name: str) -> _Found:
    """Return the smallest packed file beside the one asked for that the build made and the browser reads."""
    for encoding, suffix in PACKED.items():
        accepted = request.accept_encodings[encoding] > 0 and ".." not in name
        if accepted and (folder / f"{name}{suffix}").is_file():
            return _Found(f"{name}{suffix}", encoding)
    return _Found(name, None)


_KINDS = {
    ".html": "text/html",
    ".js": "text/javascript",
    ".css": "text/css",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".ttf": "font/ttf",
}
"""Stated here, because a machine's own table of types may lack one, and a script of no type is refused."""


def _kind(name: str) -> str:
    kind = _KINDS.get(Path(name).suffix)
    if kind is None:
        raise NotFound
    return kind
