"""What the import says about a row: stable codes for programs, Chinese for the person who must act."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

WHOLE_FILE = 0
"""The row number of a note that is about the file and not about one row."""

TEXTS: Mapping[str, str] = {
    # the file
    "file-empty": "文件中没有内容。请按模板填写后重新上传。",
    "header-not-found": "没有找到表头。请在前 {limit} 行内设一行表头，列名为：{columns}。",
    "unknown-column": "无法识别列“{value}”。请删除该列，或改为以下列名之一：{columns}。",
    "repeated-column": "列“{value}”与“{other}”含义相同，只能保留一列。",
    "missing-column": "缺少列“{value}”。请补上该列。",
    "several-rolls": "工作表“{value}”和“{other}”都像名册。请合并到一个工作表后上传，以免漏掉业主。",
    "sheet-ignored": "工作表“{value}”不是名册，没有读取。",
    "no-units": "表头之下没有房屋。请逐行填写房屋。",
    "too-many-rows": "名册超过 {limit} 行。请分成几个文件上传。",
    "merged-cells": "区域 {value} 是合并单元格，无法确定属于哪一行。请取消合并，并在每一行分别填写。",
    # one cell
    "cell-not-text": "“{value}”被表格软件存成了日期或逻辑值。请将该列设为文本格式后重新填写。",
    "digits-lost": "“{value}”被表格软件存成了数字，末几位已经丢失。请将该列设为文本格式后重新填写完整号码。",
    "value-missing": "“{column}”为空。请填写。",
    "beyond-header": "表头之外还有内容“{value}”。请为该列加上列名，或清除内容。",
    "use-unknown": "用途“{value}”无法识别。请填写：住宅、商铺、办公、车位、储藏或其他。",
    "status-unknown": "状态“{value}”无法识别。请填写：已交付、已售未交付或未售。",
    "area-missing": "没有建筑面积。面积依次以不动产登记、实测、买卖合同为准；"
    "三者都没有的，名册不能冻结，大会不能表决。请补上面积及来源。",
    "area-unmeasured": "没有建筑面积。若本次大会的规则把这类房屋计入面积，名册将不能冻结。",
    "area-unreadable": "建筑面积“{value}”不是数字。请填写平方米数，例如 89.50。",
    "area-too-precise": "建筑面积“{value}”多于两位小数。请按产权证填写至 0.01 ㎡，系统不会代为取舍。",
    "area-not-positive": "建筑面积“{value}”不大于零，或超出范围。请按产权证填写。",
    "area-source-missing": "有面积但没有面积来源。请填写：登记、实测或合同。",
    "area-source-unknown": "面积来源“{value}”无法识别。请填写：登记、实测或合同。",
    "unit-repeated": "房屋 {value} 与第 {other} 行重复。每套房屋只能占一行，请删除一行或改正房号。",
    # owners
    "owner-missing": "已交付的房屋没有业主姓名。请填写业主姓名、证件号。",
    "document-missing": "业主“{value}”没有证件号。业主以证件号区分，请补上。",
    "owner-count-differs": "业主姓名 {names} 个、证件号 {documents} 个、手机号 {phones} 个，数目不一致。"
    "请以“、”分隔并按同一顺序填写；没有手机号的留空位。",
    "owner-repeated": "证件号 ****{value} 在同一套房屋中出现两次。请核对各共有人的证件号。",
    "text-too-long": "内容超过 {limit} 个字。请核对。",
    "phone-unreadable": "“{value}”不是手机号。请改正，或留空。",
    # warnings
    "owner-ignored": "房屋尚未交付，由建设单位行使投票权；业主资料不全，没有录入。",
    "document-checksum": "业主“{value}”的证件号校验位不符，请核对是否录错。名册仍可导入。",
    "document-old": "业主“{value}”用的是 15 位旧身份证号。若同一人在别处用 18 位号码，会被算作两人，请统一。",
    "document-unrecognised": "业主“{value}”的证件号不是常见的证件格式，请核对。名册仍可导入。",
    "phone-missing": "业主“{value}”没有手机号，只能用纸质票表决。",
    "phone-not-mobile": "业主“{value}”的电话不是大陆手机号，收不到验证码，只能用纸质票表决。",
    "owner-name-differs": "证件号 ****{value} 在第 {other} 行的姓名不同，按第 {other} 行录入。"
    "若是两个人，请核对证件号，否则会被算作一人。",
    "owner-phone-differs": "业主“{value}”在第 {other} 行登记的手机号不同，两个号码都可用于登录。",
    "unit-absent": "房屋 {value} 在上次名册中有，这次没有。系统不会自动删除，请核对是否漏填。",
}


@dataclass(frozen=True, slots=True)
class Note:
    """One thing to tell about a row. `row` is the row number the spreadsheet shows, 0 for the whole file."""

    row: int
    column: str | None
    code: str
    detail: str


def note(row: int, column: str | None, code: str, **values: object) -> Note:
    """Make a note; `values` fill the gaps of its text."""
    return Note(row, column, code, TEXTS[code].format(column=column or "", **values))
