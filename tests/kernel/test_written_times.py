"""Times as text: one form for equal moments, two for the two times of the night when clocks are set back."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from hypothesis import example, given
from hypothesis import strategies as st

from siaga.kernel.records import read_time, written

PITTSBURGH = ZoneInfo("America/New_York")


def test_equal_moments_of_different_zones_are_written_alike() -> None:
    there = datetime(2026, 3, 7, 21, 0, tzinfo=ZoneInfo("Asia/Makassar"))
    assert written(there) == written(there.astimezone(UTC)) == "2026-03-07T13:00:00.000000+00:00"


def test_the_two_times_of_the_night_when_clocks_are_set_back_are_written_apart() -> None:
    first = datetime(2020, 11, 1, 1, 30, tzinfo=PITTSBURGH)
    again = first.replace(fold=1)
    assert first == again  # as Python compares them
    assert (read_time(written(again)) - read_time(written(first))).total_seconds() == 3600


@given(st.datetimes(timezones=st.timezones()))
@example(datetime(2026, 1, 1, tzinfo=UTC))
def test_a_time_is_written_with_all_its_microseconds_and_read_again(moment: datetime) -> None:
    text = written(moment)
    assert text == moment.astimezone(UTC).isoformat(timespec="microseconds")
    assert read_time(text) == moment.astimezone(UTC)
