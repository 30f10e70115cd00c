"""The words of a roll: its columns with the other names they go by, uses and statuses."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from backend.voting.law.roll import UnitKind, UnitStatus

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "楼栋": ("楼栋号", "栋号", "楼号", "幢号", "楼幢", "楼宇", "栋", "幢"),
    "单元": ("单元号", "梯号"),
    "房号": ("房间号", "室号", "户号", "门牌号", "房屋号", "房屋编号"),
    "用途": ("房屋用途", "规划用途", "房屋类型", "房屋性质", "使用性质", "类型"),
    "建筑面积": ("面积", "房屋面积", "专有部分面积", "产权面积", "房屋建筑面积"),
    "面积来源": ("面积依据", "来源"),
    "状态": ("房屋状态", "交付状态", "销售状态"),
    "业主姓名": ("业主", "姓名", "业主名称", "产权人", "产权人姓名", "所有权人", "权利人"),
    "证件号": ("证件号码", "身份证号", "身份证号码", "身份证", "业主证件号", "证照号码", "证件编号"),
    "手机号": ("手机", "手机号码", "电话", "联系电话", "电话号码", "联系方式", "业主电话"),
}
KINDS: Mapping[str, UnitKind] = {
    **dict.fromkeys(("住宅", "住房", "普通住宅", "成套住宅", "公寓", "别墅"), UnitKind.HOME),
    **dict.fromkeys(("商铺", "商业", "商业用房", "门面", "店铺", "网点", "底商"), UnitKind.SHOP),
    **dict.fromkeys(("办公", "办公用房", "写字楼"), UnitKind.OFFICE),
    **dict.fromkeys(("车位", "停车位", "车库", "地下车位"), UnitKind.PARKING),
    **dict.fromkeys(("储藏", "储藏室", "储藏间", "储物间"), UnitKind.STORAGE),
    **dict.fromkeys(("其他", "其它"), UnitKind.OTHER),
}
STATUSES: Mapping[str, UnitStatus] = {
    **dict.fromkeys(("已交付", "已交房", "交付"), UnitStatus.DELIVERED),
    **dict.fromkeys(("已售未交付", "已售未交房", "已售未交"), UnitStatus.SOLD_UNDELIVERED),
    **dict.fromkeys(("未售", "未出售", "未销售"), UnitStatus.UNSOLD),
}
MAY_LACK_AREA = frozenset({UnitKind.PARKING, UnitKind.STORAGE})
HEADER_WITHIN_ROWS = 10
REPORT_COLUMN = "导入结果"


_NAMES = {name: column for column, others in COLUMNS.items() for name in (column, *others)}
_UNIT_SUFFIX = re.compile(r"[(\[【]?(?:单位)?(?:m2|平方米|平米)[)\]】]?$", re.IGNORECASE)


def column_named(cell: str) -> str | None:
    """Tell which column a header cell means, None when it means none."""
    text = re.sub(r"[\s*:]", "", unicodedata.normalize("NFKC", cell))
    return _NAMES.get(_UNIT_SUFFIX.sub("", text))
