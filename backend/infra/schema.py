"""The base of every request and answer schema, and the Chinese wording of its rules."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import marshmallow as ma
from marshmallow import fields, validate

from backend.kernel.clock import CHINA

_FIELD_WORDING: dict[type[fields.Field[Any]], dict[str, str]] = {
    fields.Field: {"required": "必填", "null": "不能为空", "validator_failed": "内容无效"},
    fields.Nested: {"type": "格式不对"},
    fields.List: {"invalid": "应为列表"},
    fields.String: {"invalid": "应为文字", "invalid_utf8": "应为 UTF-8 编码的文字"},
    fields.Number: {"invalid": "应为数字", "too_large": "数字过大"},
    fields.Integer: {"invalid": "应为整数"},
    fields.Boolean: {"invalid": "应为 true 或 false"},
    fields.DateTime: {"invalid": "应为 ISO 8601 时间", "format": "无法写成时间"},
    fields.AwareDateTime: {
        "invalid": "应为 ISO 8601 时间",
        "invalid_awareness": "时间应注明时区，例如 +08:00",
    },
    fields.Date: {"invalid": "应为 YYYY-MM-DD 日期"},
    fields.Mapping: {"invalid": "应为对象"},
}


class Schema(ma.Schema):
    """A schema that refuses names it does not know, so that a misspelt field is not silently dropped."""

    error_messages = {"unknown": "没有这个字段", "type": "应为 JSON 对象"}  # noqa: RUF012  (marshmallow's own shape)

    class Meta:
        """Refuse unknown names."""

        unknown = ma.RAISE


def _word_in_chinese() -> None:
    for field, wording in _FIELD_WORDING.items():
        field.default_error_messages = {**field.default_error_messages, **wording}
    validate.Length.message_min = "至少 {min} 个"
    validate.Length.message_max = "至多 {max} 个"
    validate.Length.message_all = "应为 {min} 至 {max} 个"
    validate.Length.message_equal = "应为 {equal} 个"
    validate.Range.message_min = "应{min_op} {{min}}"
    validate.Range.message_max = "应{max_op} {{max}}"
    validate.Range.message_all = "应{min_op} {{min}} 且{max_op} {{max}}"
    validate.Range.message_gte, validate.Range.message_gt = "不小于", "大于"
    validate.Range.message_lte, validate.Range.message_lt = "不大于", "小于"
    validate.Regexp.default_message = "格式不对"
    validate.OneOf.default_message = "应为以下之一：{choices}"


_word_in_chinese()  # fields copy their wording when they are made, so it must stand before any schema


class Moment(fields.AwareDateTime):
    """An instant, written as people here read it: in +08:00."""

    def _serialize(self, value: datetime | None, *args: Any, **kwargs: Any) -> Any:
        here = None if value is None else value.astimezone(CHINA)
        return super()._serialize(here, *args, **kwargs)
