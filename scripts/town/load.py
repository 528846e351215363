"""Loads the invented town into a running server through HTTP: the same calls that an integrator makes.

    load.py URL KEYFILE [--messages N] [--responses N] [--seed N]

Everything is drawn from the seed, and every message has an externalId: a second run adds nothing.
"""

import argparse
import datetime
import http.client
import json
import random
import re
import sys
import time
import urllib.parse

import office
import words

SOURCE = "liudu-demo"
LAST_DAY = datetime.datetime(2026, 6, 30, 20, 0, tzinfo=datetime.timezone(datetime.timedelta(hours=8)))
CHANNELS = ["web", "app", "phone", "wechat", "letter", "meeting", "market-box"]
CHANNEL_WEIGHTS = [24, 22, 16, 18, 5, 4, 3]


class Server:
    def __init__(self, url, key):
        parts = urllib.parse.urlsplit(url)
        self.connection = http.client.HTTPConnection(parts.hostname, parts.port or 80, timeout=120)
        self.headers = {"Authorization": f"Bearer {key}"}

    def call(self, method, path, body=None, kind="application/json", headers=None):
        """One request; ends the program with the server's own words when it is refused."""
        data = None
        if body is not None:
            data = (body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)).encode()
        sent = {**self.headers, **(headers or {})}
        if data is not None:
            sent["Content-Type"] = kind
        self.connection.request(method, path, data, sent)
        answer = self.connection.getresponse()
        text = answer.read().decode()
        if answer.status == 503 and '"not-yet"' in text:
            return self.call(method, path, body, kind, headers)
        self.next_page = next(iter(re.findall(r"<([^>]+)>", answer.headers.get("Link") or "")), None)
        if answer.status >= 300:
            sys.exit(f"{method} {path} was refused ({answer.status}): {text[:2000]}")
        return text

    def bulk(self, path, lines, name):
        """NDJSON in pieces, with progress; returns how many lines were stored now, and what became of each."""
        stored = 0
        all_results = []
        for start in range(0, len(lines), 1000):
            piece = lines[start:start + 1000]
            body = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in piece)
            answer = self.call("POST", path, body, "application/x-ndjson")
            results = [json.loads(line) for line in answer.splitlines()]
            refused = [result for result in results if result.get("status", 0) >= 300]
            if refused:
                sys.exit(f"{name}: a line was refused: {json.dumps(refused[0], ensure_ascii=False)}")
            stored += results[-1]["stored"]
            all_results += results[:-1]
            done = f"{name}: {start + len(piece)} of {len(lines)}"
            if sys.stderr.isatty():
                print(f"\r{done}", end="\n" if start + len(piece) == len(lines) else "", file=sys.stderr, flush=True)
            elif start + len(piece) == len(lines):
                print(done, file=sys.stderr)
        return stored, all_results


def csv(header, rows):
    def cell(value):
        text = str(value)
        return '"' + text.replace('"', '""') + '"' if any(c in text for c in ',"\n') else text

    return "\n".join([header] + [",".join(cell(value) for value in row) for row in rows]) + "\n"


def registries(server):
    """Organizations, groups, places and a channel of the town's own."""
    for path, header, rows in [
        ("/v1/places", "code,parent,name_zh,name_en,size", [place[:5] for place in words.PLACES]),
        ("/v1/groups", "code,ties,size,aliases,name_zh,name_en", words.GROUPS),
        ("/v1/organizations", "code,parent,roles,represents,serves,name_zh,name_en", words.ORGANIZATIONS),
        ("/v1/channels", "code,name_zh,name_en", [("market-box", "集市意见箱", "Opinion box at the market")]),
    ]:
        server.call("POST", path, csv(header, rows), "text/csv")
        print(f"{path[4:]}: {len(rows)} registered", file=sys.stderr)


def people(draw, count):
    """Who speaks: a language, a home, perhaps a group. Few speak often, most once."""
    weights = [place[5] for place in words.PLACES]
    result = []
    for number in range(count):
        result.append({
            "ref": f"p{number:05}",
            "zh": draw.random() < 0.62,
            "place": draw.choices(words.PLACES, weights)[0],
            "group": draw.choice(words.GROUPS)[0] if draw.random() < 0.55 else None,
            "weight": 1 / (1 + number % 97),
        })
    return [person for person in result if person["group"] != "apprentices"]


def message(draw, number, speakers, weights):
    person = draw.choices(speakers, weights)[0]
    wants = [want for want in words.WANTS if not want[2] or person["group"] in want[2] or draw.random() < 0.6]
    want = draw.choices(wants, [want[0] for want in wants])[0]
    place = person["place"] if draw.random() < 0.8 else draw.choices(words.PLACES, [p[5] for p in words.PLACES])[0]
    place_name = place[2] if person["zh"] else place[3]
    detail = draw.choice(words.DETAIL_ZH if person["zh"] else words.DETAIL_EN)
    text = draw.choice(want[3] if person["zh"] else want[4]).format(place=place_name, detail=detail)
    day = LAST_DAY - datetime.timedelta(minutes=draw.randrange(120 * 24 * 60))
    line = {
        "text": text, "externalId": f"m{number:06}", "source": SOURCE, "occurredAt": day.isoformat(),
        "channel": draw.choices(CHANNELS, CHANNEL_WEIGHTS)[0], "language": "zh" if person["zh"] else "en",
        # As people write it: the name in their language, or the code, or a name that nobody has registered.
        "place": draw.choices([place_name, place[0], "柳渡大桥下"], [80, 18, 2])[0],
    }
    if draw.random() < 0.7:
        line["kind"] = want[1]
    if draw.random() < 0.85:
        line["personRef"] = person["ref"]
    if draw.random() < 0.5:
        line["organization"] = draw.choice(words.ORGANIZATIONS)[0]
    if draw.random() < 0.1:
        line["reportedSupport"] = draw.randrange(1, 60)
    groups = []
    if person["group"] and draw.random() < 0.7:
        group = next(g for g in words.GROUPS if g[0] == person["group"])
        groups.append({"name": draw.choice([group[0], group[4], group[5]]), "ties": [group[1]]})
    if draw.random() < 0.05:
        name, tie = draw.choice(words.UNREGISTERED)
        groups.append({"name": name, "ties": [tie]})
    if groups:
        line["groups"] = groups
    return line


def response(draw, number, speakers):
    person = draw.choice(speakers)
    far = person["place"][0].startswith("xingang")
    answers = {"use": draw.choices(["daily", "weekly", "rarely", "never"], [5, 4, 2, 1] if far else [2, 3, 4, 3])[0]}
    if draw.random() < 0.92:
        answers["matters"] = draw.sample(["often", "late", "cheap", "access"], draw.randint(1, 3))
    if draw.random() < 0.95:
        answers["satisfied"] = draw.choices([1, 2, 3, 4, 5], [4, 5, 3, 2, 1] if far else [1, 2, 4, 4, 2])[0]
    if draw.random() < 0.3:
        answers["wish"] = draw.choice(
            ["末班公交车太早了", "希望公交站有座位", "早高峰公交车太挤"] if person["zh"] else
            ["The last bus leaves too early", "Seats at the bus stop, please", "The morning bus is too crowded"])
    return {
        "answers": answers, "externalId": f"r{number:06}", "source": SOURCE, "personRef": person["ref"],
        "channel": "app", "language": "zh" if person["zh"] else "en", "place": person["place"][0],
        "occurredAt": (LAST_DAY - datetime.timedelta(minutes=draw.randrange(20 * 24 * 60))).isoformat(),
    }


def survey(server, draw, speakers, count):
    made = json.loads(server.call("POST", "/v1/surveys", words.SURVEY, headers={"Idempotency-Key": "demo-survey-1"}))
    path = "/v1/surveys/" + made["id"]
    state = json.loads(server.call("GET", path))
    if state["status"] == "draft":
        server.call("POST", path + "/open")
    chosen = draw.sample(speakers, min(count, len(speakers)))
    lines = [response(draw, number, [person]) for number, person in enumerate(chosen)]
    stored, _ = server.bulk(path + "/responses/bulk", lines, "responses")
    return stored, len(lines)


def main():
    arguments = argparse.ArgumentParser(add_help=False)
    arguments.add_argument("url")
    arguments.add_argument("key_file")
    arguments.add_argument("--messages", type=int, default=4000)
    arguments.add_argument("--responses", type=int, default=600)
    arguments.add_argument("--seed", type=int, default=20260630)
    options = arguments.parse_args()
    start = time.monotonic()
    draw = random.Random(options.seed)
    with open(options.key_file, encoding="utf-8") as file:
        server = Server(options.url, file.read().strip())
    registries(server)
    speakers = people(draw, 1800)
    weights = [person["weight"] for person in speakers]
    lines = [message(draw, number, speakers, weights) for number in range(options.messages)]
    stored, results = server.bulk("/v1/feedback/bulk", lines, "messages")
    code, tie, size, name_zh, name_en = words.RECOGNISED
    server.call("PUT", "/v1/groups/" + code,
                {"code": code, "ties": [tie], "size": size, "names": {"zh": name_zh, "en": name_en}})
    server.call("POST", f"/v1/groups/{code}/names", {"name": words.UNREGISTERED[0][0]})
    office.run(server, options.seed, LAST_DAY, lines, results)
    # Last: a release for analysts needs people of whom something is new since the one before.
    responses, sent = survey(server, draw, speakers, options.responses)
    print(f"Willowford is loaded: {stored} of {len(lines)} messages and {responses} of {sent} responses are new, "
          f"{time.monotonic() - start:.1f} s (seed {options.seed}).")


main()
