"""The Python library eventsourcing on PostgreSQL: saves messages of three events each, then replays all of them.

Run as a process of its own; the database is that of the URL, in tables of the library's own. Prints one JSON object.
"""
import json
import os
import sys
import time
import urllib.parse


def main(url, messages):
    parts = urllib.parse.urlsplit(url)
    os.environ.update(
        PERSISTENCE_MODULE="eventsourcing.postgres", POSTGRES_DBNAME=parts.path.strip("/"), POSTGRES_USER="chorus",
        POSTGRES_HOST=urllib.parse.parse_qs(parts.query)["host"][0], POSTGRES_PORT="5432", POSTGRES_PASSWORD="none",
    )
    from eventsourcing.application import Application
    from eventsourcing.domain import Aggregate, event

    class Message(Aggregate):
        @event("FeedbackReceived")
        def __init__(self, channel, source, place, person, text):
            self.channel, self.source, self.place, self.person, self.text = channel, source, place, person, text
            self.demands = {}

        @event("DemandOpened")
        def open(self, demand):
            self.demands[demand] = None

        @event("DemandCategorised")
        def categorise(self, demand, category, method, methodVersion):
            self.demands[demand] = category

    application = Application()
    start = time.perf_counter()
    for number in range(messages):
        message = Message("web", "bench", "A7", f"p{number}", {"passage": 1, "commitment": "0f343b0931126a20" * 4})
        message.open(1)
        message.categorise(1, "traffic", "keywords", 1)
        application.save(message)
    appended = time.perf_counter() - start

    start = time.perf_counter()
    position, events, messages_by_id = 1, 0, {}
    while notifications := application.recorder.select_notifications(position, 1000):
        for notification in notifications:
            fact = application.mapper.to_domain_event(notification)
            messages_by_id[fact.originator_id] = fact.mutate(messages_by_id.get(fact.originator_id))
        events += len(notifications)
        position = notifications[-1].id + 1
    replayed = time.perf_counter() - start
    if events != 3 * messages or len(messages_by_id) != messages:
        sys.exit(f"{events} events were replayed instead of {3 * messages}")
    application.close()
    print(json.dumps({"messagesPerSecond": messages / appended, "eventsPerSecond": events / replayed}))


main(sys.argv[1], int(sys.argv[2]))
