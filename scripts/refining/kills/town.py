"""Invented messages: wants in many wordings, a part of them with the category that a collector gave."""

import json
import random
from pathlib import Path

# A want: its category, and the pieces that its wordings are made of.
WANTS = [
    ("lighting", ["the street lamps in {place} are dark", "no light at night in {place}", "{place}的路灯不亮"]),
    ("waste", ["the bins in {place} overflow", "rubbish is not collected in {place}", "{place}的垃圾没有人清运"]),
    ("buses", ["the bus to {place} never comes", "please send more buses to {place}", "到{place}的公交车太少"]),
    ("schools", ["the school in {place} needs a library", "class in {place} has fifty children", "{place}的学校缺老师"]),
    ("water", ["the tap water in {place} is brown", "no water in {place} since monday", "{place}停水了没有通知"]),
    ("noise", ["the building site in {place} is loud at night", "nobody sleeps in {place}", "{place}夜里施工噪音太大"]),
]
DETAILS = ["for three weeks", "since the works began", "again", "every evening", "已经三个星期", "请尽快处理", "and nobody answers"]


def write(path: Path, messages: int, labelled: int, seed: int) -> None:
    """Writes NDJSON; the first `labelled` lines carry their category."""
    draw = random.Random(seed)
    places = [f"lane {number}" for number in range(max(5, messages // 60))]
    with path.open("w", encoding="utf-8") as file:
        for number in range(messages):
            category, wordings = draw.choice(WANTS)
            text = draw.choice(wordings).format(place=draw.choice(places))
            text = f"{text} {draw.choice(DETAILS)} {draw.choice(DETAILS)}"
            line = {
                "text": text,
                "source": "kills",
                "externalId": f"m{number}",
                "personRef": f"p{draw.randrange(max(50, messages // 3))}",
                "channel": draw.choice(["web", "phone", "wechat"]),
                "occurredAt": f"2026-0{draw.randrange(1, 7)}-{draw.randrange(1, 29):02}T12:00:00+08:00",
            }
            if number < labelled:
                line["category"] = category
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
