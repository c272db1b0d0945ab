"""The table of what others may, and the rule of what is worth a notification, from all sides."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import get_args
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinge.settings.choices import (
    DAYS,
    Audience,
    ConversationSettings,
    Level,
    UserSettings,
)
from pinge.settings.policy import (
    RECIPROCAL,
    TABLE,
    Act,
    Reason,
    Relation,
    is_quiet,
    may,
    should_notify,
)

ZONES = ["UTC", "Europe/Oslo", "America/New_York", "Asia/Kathmandu", "Pacific/Kiritimati"]
NEAREST_FIRST = list(Relation)

BEGAN = datetime(2020, 1, 1, tzinfo=UTC)

moments = st.integers(0, 10 * 365 * 86_400).map(lambda second: BEGAN + timedelta(seconds=second))
untils = st.none() | moments
levels = st.sampled_from(get_args(Level))
audiences = st.sampled_from(get_args(Audience))
clocks = st.times().map(lambda clock: clock.strftime("%H:%M"))
schedules = st.fixed_dictionaries(
    {
        "from": clocks,
        "until": clocks,
        "days": st.lists(st.sampled_from(DAYS), min_size=1, unique=True),
        "time_zone": st.sampled_from(ZONES),
    }
)
own = st.builds(
    UserSettings,
    direct_notifications=levels,
    group_notifications=levels,
    shows_previews=st.booleans(),
    do_not_disturb=st.none() | schedules,
    snoozed_until=untils,
    who_may_write=audiences,
    who_may_add=audiences,
    who_sees_last_seen=audiences,
    sends_receipts=st.booleans(),
    shows_typing=st.booleans(),
    findable=st.booleans(),
)
of_conversation = st.builds(
    ConversationSettings, notifications=st.none() | levels, muted_until=untils
)
kinds = st.fixed_dictionaries({"is_mention": st.booleans(), "is_direct": st.booleans()})


@pytest.mark.parametrize("act", Act)
def test_every_value_of_every_setting_has_its_row(act):
    is_switch = isinstance(getattr(UserSettings(), act), bool)
    assert set(TABLE[act]) == ({True, False} if is_switch else set(get_args(Audience)))


@given(own, own, st.sampled_from(Act), st.sampled_from(Relation))
def test_what_one_hides_of_oneself_one_does_not_see_of_others(owner, other, act, relation):
    allowed = may(act, owner, other, relation)

    if act in RECIPROCAL:
        assert allowed == may(act, other, owner, relation)
    else:
        assert allowed == may(act, owner, UserSettings(), relation)


@given(own, own, st.sampled_from(Act))
def test_whoever_is_nearer_may_no_less(owner, other, act):
    nearest_first = [may(act, owner, other, relation) for relation in NEAREST_FIRST[1:]]
    assert nearest_first == sorted(nearest_first, reverse=True)


@given(own, own, st.sampled_from(Act), st.sampled_from(Relation))
def test_a_stricter_setting_lets_nobody_more(owner, other, act, relation):
    strict = {act: False if isinstance(getattr(owner, act), bool) else "nobody"}
    assert may(act, replace(owner, **strict), other, relation) <= may(act, owner, other, relation)


@given(own, own, st.sampled_from(Act))
def test_nothing_of_oneself_is_hidden_from_oneself(owner, other, act):
    assert may(act, owner, other, Relation.ONESELF) == (act is not Act.WRITE)


@given(own, of_conversation, moments, kinds)
def test_what_silences_by_itself_silences_together_with_all_else(settings, tuned, now, kind):
    """Each choice alone, all others being as by default."""
    alone = [
        (UserSettings(), ConversationSettings(muted_until=tuned.muted_until)),
        (UserSettings(snoozed_until=settings.snoozed_until), ConversationSettings()),
        (UserSettings(do_not_disturb=settings.do_not_disturb), ConversationSettings()),
        (level_alone(settings), ConversationSettings(notifications=tuned.notifications)),
    ]
    each = [should_notify(one, other, now, **kind) for one, other in alone]
    decision = should_notify(settings, tuned, now, **kind)

    assert decision.notifies == all(one.notifies for one in each)
    assert decision.reason in {one.reason for one in each}
    assert decision.notifies == (decision.reason in {Reason.MENTIONED, Reason.WANTED})
    assert decision.shows_preview == (decision.notifies and settings.shows_previews)


def level_alone(settings):
    return UserSettings(
        direct_notifications=settings.direct_notifications,
        group_notifications=settings.group_notifications,
    )


@given(own, of_conversation, moments, st.booleans())
def test_a_mention_is_never_worth_less(settings, tuned, now, is_direct):
    plain, mention = (
        should_notify(settings, tuned, now, is_mention=is_mention, is_direct=is_direct)
        for is_mention in (False, True)
    )
    assert plain.notifies <= mention.notifies


@given(schedules, moments)
def test_a_schedule_covers_what_lies_between_its_ends(schedule, now):
    """Each night as a stretch on the wall's calendar, the one that began yesterday too."""
    here = now.astimezone(ZoneInfo(schedule["time_zone"])).replace(tzinfo=None)
    began, ends = (time.fromisoformat(schedule[end]) for end in ("from", "until"))
    stretches = []
    for day in (here.date(), here.date() - timedelta(days=1)):
        last = day + timedelta(days=ends <= began)
        if DAYS[day.weekday()] in schedule["days"]:
            stretches.append((datetime.combine(day, began), datetime.combine(last, ends)))

    assert is_quiet(schedule, now) == any(start <= here < end for start, end in stretches)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-03-28T21:00:00+00:00", True),  # Saturday, 22:00 by the clocks of Oslo
        ("2026-03-29T04:59:00+00:00", True),  # 06:59 of Sunday: they were put forward meanwhile
        ("2026-03-29T05:00:00+00:00", False),
        ("2026-03-29T21:00:00+00:00", False),  # Sunday evening
    ],
)
def test_a_night_follows_the_clocks_of_its_place(moment, expected):
    night = {
        "from": "22:00",
        "until": "07:00",
        "days": ["saturday"],
        "time_zone": "Europe/Oslo",
    }
    assert is_quiet(night, datetime.fromisoformat(moment)) is expected
