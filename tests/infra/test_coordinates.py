"""Places on the map: WGS-84 at rest, GCJ-02 at the edge."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.infra.coordinates import Point, PointRefused, metres_between

CHINA = st.builds(Point.from_degrees, st.floats(18, 53), st.floats(74, 134))


def test_a_known_place_is_moved_as_chinese_maps_move_it() -> None:
    """The gate of the old palace in Peking, as published by both kinds of map, to about a metre."""
    lat, long = Point.from_degrees(39.90923, 116.397428).gcj02
    assert (round(lat, 5), round(long, 5)) == (39.91063, 116.40367)


@pytest.mark.parametrize(
    ("wgs", "gcj"),
    [
        ((39.915, 116.404), (39.91640428150164, 116.41024449916938)),
        ((31.1774276, 121.5272106), (31.17530398364597, 121.531541859215)),
        ((22.543847, 113.912316), (22.540796131694766, 113.9171764808363)),
    ],
)
def test_places_are_moved_as_other_converters_move_them(
    wgs: tuple[float, float], gcj: tuple[float, float]
) -> None:
    """Values published with coordtransform (the first) and eviltransform."""
    assert Point.from_degrees(*wgs).gcj02 == tuple(round(each, 6) for each in gcj)
    assert metres_between(Point.from_gcj02(*gcj), Point.from_degrees(*wgs)) < 0.02


@given(CHINA)
def test_there_and_back_is_the_same_place_to_half_a_metre(point: Point) -> None:
    assert metres_between(Point.from_gcj02(*point.gcj02), point) < 0.5


@given(st.builds(Point.from_degrees, st.floats(-60, 0), st.floats(-120, 60)))
def test_outside_china_nothing_is_moved(point: Point) -> None:
    lat, long = point.gcj02
    assert abs(lat - point.degrees[0]) < 1e-6
    assert abs(long - point.degrees[1]) < 1e-6


@pytest.mark.parametrize(
    ("lat", "long"), [(91, 0), (-91, 0), (0, 181), (0, -181), (math.nan, 0), (0, math.inf)]
)
def test_what_is_no_place_on_earth_is_refused(lat: float, long: float) -> None:
    for read in (Point.from_degrees, Point.from_gcj02):
        with pytest.raises(PointRefused):
            read(lat, long)


def test_a_degree_along_a_meridian_is_a_hundred_and_eleven_kilometres() -> None:
    assert 111_000 < metres_between(Point.from_degrees(30, 110), Point.from_degrees(31, 110)) < 111_400
