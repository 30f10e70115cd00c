"""Uploading a photo over HTTP, before it is attached to anything."""

from __future__ import annotations

from contextlib import closing

from flask.views import MethodView
from flask_smorest.fields import Upload
from marshmallow import fields
from werkzeug.datastructures import FileStorage

from backend.infra import photos
from backend.infra.auth import current_actor, signed_in
from backend.infra.db import transaction
from backend.infra.forms import Blueprint
from backend.infra.house import current_house
from backend.infra.images import MOST_BYTES, make_picture
from backend.infra.schema import Schema

blueprint = Blueprint("photos", __name__, description="照片上传")


class PhotoFiles(Schema):
    """The uploaded photo."""

    photo = Upload(required=True, metadata={"description": "JPEG, PNG, WebP or HEIC, at most 20 MB"})


class PhotoView(Schema):
    """A photo that waits to be attached."""

    id = fields.String(required=True)
    width = fields.Integer(required=True)
    height = fields.Integer(required=True)


@blueprint.route("/photos")
class Photos(MethodView):
    """Photos."""

    @signed_in
    @blueprint.arguments(PhotoFiles, location="files")
    @blueprint.response(201, PhotoView)
    def post(self, files: dict[str, FileStorage]) -> photos.Photo:
        """Upload a photo; it is made anew without place or device, and kept a day until it is attached."""
        with closing(files["photo"]) as file:
            picture = make_picture(file.read(MOST_BYTES + 1))
        with transaction() as session:
            return photos.keep_photo(session, current_house(), current_actor(), picture)
