"""Places on the map: WGS-84, as GPS and Open311 give them, and GCJ-02, as maps in China demand it.

Points are kept in WGS-84 as integers of 1e-7 degree (about a centimetre) and converted at the edge. The
conversion is the one in public use since about 2010; it has no official text. Floats are used here alone: a
place on a map is neither law nor ledger.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from backend.kernel.refusal import BadInput

E7 = 10_000_000
EARTH_METRES = 6_371_008.8
_AXIS = 6_378_245.0
_FLATNESS = 0.006_693_421_622_965_943
"""Half axis and squared eccentricity of the Krassowsky 1940 ellipsoid."""
_CHINA = (0.8293, 55.8271, 72.004, 137.8347)
"""South, north, west, east: outside of it GCJ-02 is WGS-84."""


class PointRefused(BadInput):
    """Coordinates that are no place on the earth."""

    code = "point-refused"
    title = "坐标有误"


@dataclass(frozen=True, slots=True)
class Point:
    """A place in WGS-84, in 1e-7 degree."""

    lat_e7: int
    long_e7: int

    @classmethod
    def from_degrees(cls, lat: float, long: float) -> Point:
        """Read degrees of WGS-84. Raises PointRefused."""
        _check(lat, long)
        return cls(round(lat * E7), round(long * E7))

    @classmethod
    def from_gcj02(cls, lat: float, long: float) -> Point:
        """Read degrees of GCJ-02, as a phone's map in China gives them. Raises PointRefused."""
        _check(lat, long)
        guess_lat, guess_long = lat, long
        for _ in range(4):  # each step makes the error some thousand times smaller
            seen_lat, seen_long = _to_gcj02(guess_lat, guess_long)
            guess_lat, guess_long = guess_lat - (seen_lat - lat), guess_long - (seen_long - long)
        return cls(round(guess_lat * E7), round(guess_long * E7))

    @property
    def degrees(self) -> tuple[float, float]:
        """Return latitude and longitude in degrees of WGS-84."""
        return self.lat_e7 / E7, self.long_e7 / E7

    @property
    def gcj02(self) -> tuple[float, float]:
        """Return latitude and longitude in degrees of GCJ-02, rounded to a decimetre."""
        lat, long = _to_gcj02(*self.degrees)
        return round(lat, 6), round(long, 6)


def metres_between(one: Point, other: Point) -> float:
    """Return the distance along the ground between two places, in metres (haversine)."""
    lat_a, long_a = map(math.radians, one.degrees)
    lat_b, long_b = map(math.radians, other.degrees)
    half = (
        math.sin((lat_b - lat_a) / 2) ** 2
        + math.cos(lat_a) * math.cos(lat_b) * math.sin((long_b - long_a) / 2) ** 2
    )
    return 2 * EARTH_METRES * math.asin(math.sqrt(min(1.0, half)))


def _check(lat: float, long: float) -> None:
    if not (math.isfinite(lat) and math.isfinite(long) and -90 <= lat <= 90 and -180 <= long <= 180):
        raise PointRefused("纬度应在 -90 至 90 之间，经度应在 -180 至 180 之间；请重新选点")


def _to_gcj02(lat: float, long: float) -> tuple[float, float]:
    south, north, west, east = _CHINA
    if not (south <= lat <= north and west <= long <= east):
        return lat, long
    x, y = long - 105.0, lat - 35.0
    angle = math.radians(lat)
    magic = 1 - _FLATNESS * math.sin(angle) ** 2
    north_by = _north(x, y) * 180 / ((_AXIS * (1 - _FLATNESS)) / (magic * math.sqrt(magic)) * math.pi)
    east_by = _east(x, y) * 180 / (_AXIS / math.sqrt(magic) * math.cos(angle) * math.pi)
    return lat + north_by, long + east_by


def _wave(at: float, *parts: tuple[float, float]) -> float:
    return sum(weight * math.sin(at * math.pi * turns) for weight, turns in parts) * 2 / 3


def _north(x: float, y: float) -> float:
    plain = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x))
    return (
        plain
        + _wave(x, (20, 6), (20, 2))
        + _wave(y, (20, 1), (40, 1 / 3))
        + _wave(y, (160, 1 / 12), (320, 1 / 30))
    )


def _east(x: float, y: float) -> float:
    plain = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x))
    return (
        plain
        + _wave(x, (20, 6), (20, 2))
        + _wave(x, (20, 1), (40, 1 / 3))
        + _wave(x, (150, 1 / 12), (300, 1 / 30))
    )
