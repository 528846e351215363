"""The peer in Python: the library `eventsourcing` appends messages of three events on PostgreSQL, or replays all of them.

Usage: eventsourcing_app.py append MESSAGES | replay   (the database in POSTGRES_...); prints one JSON object.
"""

import json
import sys
import time

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event


class Message(Aggregate):
    @event("Received")
    def __init__(self, channel, source, place, person, commitment):
        self.channel = channel
        self.source = source
        self.place = place
        self.person = person
        self.commitment = commitment
        self.demands = 0
        self.category = "unclassified"

    @event("DemandOpened")
    def open_demand(self, demand):
        self.demands = demand

    @event("DemandCategorised")
    def categorise(self, demand, category, method, method_version):
        self.category = category


def append(application, messages):
    """Stores messages one by one, each in a transaction of its own."""
    for number in range(messages):
        message = Message("web", "bench", "A7", f"a3a0e9ed-61ad-47c1-adc9-{number:012d}", "0f343b09" * 8)
        message.open_demand(1)
        message.categorise(1, "traffic", "keywords", 1)
        application.save(message)
    return 3 * messages


def replay(application):
    """Reads every event in order, as objects, and counts those of each category."""
    counts, start, events = {}, 1, 0
    while notifications := application.recorder.select_notifications(start, 1_000):
        for notification in notifications:
            happened = application.mapper.to_domain_event(notification)
            category = getattr(happened, "category", None)
            counts[category] = counts.get(category, 0) + 1
        events += len(notifications)
        start = notifications[-1].id + 1
    return events


application = Application()
begun = time.monotonic()
done = append(application, int(sys.argv[2])) if sys.argv[1] == "append" else replay(application)
seconds = time.monotonic() - begun
application.close()
print(json.dumps({"events": done, "seconds": seconds, "eventsPerSecond": done / seconds}))
