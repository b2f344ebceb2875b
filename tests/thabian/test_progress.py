"""Intake's progress: lag, seconds behind and last progress of each partition; of one that is gone, nothing."""

from prometheus_client import REGISTRY

from consumers.log_progress import Standing
from monitoring.health import Health
from thabian.progress import SINK, STREAMS, Progress

HERE, THERE = ("student-changes.progress", 0), ("student-changes.progress", 1)


class Log:
    def __init__(self):
        self.assigned, self.said = frozenset({HERE, THERE}), {}

    def stands(self):
        return self.said


class Clock:
    now = 1_000.0

    def __call__(self):
        return self.now


def value(name, place):
    return REGISTRY.get_sample_value(f"thabian_intake_{name}", {"topic": place[0], "partition": str(place[1])})


def test_what_is_told():
    log, clock = Log(), Clock()
    health = Health(30, 30, {}, clock)
    progress = Progress(health, log, clock, clock)
    log.said = {HERE: Standing(5, 9, 990_000), THERE: Standing(7, 7, None)}
    progress.turned()
    assert (value("lag_events", HERE), value("lag_events", THERE)) == (4, 0)
    assert (value("behind_seconds", HERE), value("behind_seconds", THERE)) == (10, 0)
    assert REGISTRY.get_sample_value("thabian_intake_assigned_partitions") == 2
    clock.now += 31
    progress.turned()
    assert value("partition_progress_timestamp_seconds", HERE) == 1_000
    assert value("partition_progress_timestamp_seconds", THERE) == 1_031
    assert health.stuck() == [HERE]
    log.assigned, log.said = frozenset({THERE}), {}
    progress.turned()
    assert value("lag_events", HERE) is None
    assert value("lag_events", THERE) == 0
    assert health.stuck() == []


def test_it_looks_every_few_seconds_alone():
    log, clock = Log(), Clock()
    progress = Progress(Health(30, 30, {}, clock), log, clock, clock)
    progress.turned()
    log.said = {HERE: Standing(1, 3, None)}
    progress.turned()
    assert value("lag_events", HERE) is None
    clock.now += 3
    progress.turned()
    assert value("lag_events", HERE) == 2
    log.assigned = frozenset()
    progress.turned()


def test_the_stream_tells_its_own():
    log, clock = Log(), Clock()
    log.assigned, log.said = frozenset({HERE}), {HERE: Standing(2, 9, None)}
    health = Health(30, 30, {}, clock)
    progress = Progress(health, log, clock, clock, STREAMS)
    progress.look()
    labels = {"topic": HERE[0], "partition": "0"}
    assert REGISTRY.get_sample_value("thabian_streams_lag_events", labels) == 7
    assert REGISTRY.get_sample_value("thabian_streams_partition_progress_timestamp_seconds", labels) == clock.now
    clock.now += 31
    progress.look()
    assert health.stuck() == [HERE], "a cycle that hangs holds the loop, not who looks at it"
    log.assigned, log.said = frozenset(), {}
    clock.now += 3
    progress.look()
    assert REGISTRY.get_sample_value("thabian_streams_lag_events", labels) is None


def test_the_sink_tells_its_health_alone():
    log, clock = Log(), Clock()
    log.said = {HERE: Standing(2, 9, None), THERE: Standing(4, 4, None)}
    health = Health(30, 30, {}, clock)
    progress = Progress(health, log, clock, clock, SINK)
    progress.turned()
    clock.now += 31
    progress.turned()
    assert health.ready().reasons == (f"{HERE[0]} partition 0 waits and does not move",)
    assert value("lag_events", HERE) is None
