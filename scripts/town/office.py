"""What the town makes of what it hears: rules, answers on Fridays, refusals, judgements, a brief. All is invented.

The town's clock stands at LAST_DAY: what is not answered by then is open, and overdue by now. A second run adds
nothing.
"""

import datetime
import json
import random
import sys

import words

ZONE = datetime.timezone(datetime.timedelta(hours=8))
RULES = {
    "routes": [
        {"category": "work", "responsible": "town-hall", "steward": "union"},
        {"category": "work", "group": "dockers", "responsible": "town-hall", "steward": "union-port"},
        {"category": "housing", "responsible": "works", "steward": "residents"},
        {"category": "environment", "responsible": "works", "steward": "residents"},
        {"category": "environment", "kind": "report", "urgent": True,
         "responsible": "town-hall", "steward": "residents"},
        {"category": "schools", "responsible": "schools", "steward": "youth"},
        {"category": "family", "responsible": "schools", "steward": "women"},
        {"category": "health", "responsible": "town-hall", "steward": "women"},
        {"category": "traffic", "responsible": "transport", "steward": "union"},
        {"category": "traffic/roads", "responsible": "works", "steward": "residents"},
        {"category": "culture", "responsible": "youth"},
    ],
    "deadlines": [{"hours": 15 * 24}, {"kind": "enquiry", "hours": 5 * 24}, {"urgent": True, "hours": 3 * 24}],
}

# Of twenty demands that somebody is responsible for.
FATES = ["answered"] * 11 + ["acknowledged", "refused", "duplicate"] + ["in hand"] * 2 + ["open"] * 4


def friday(day, weeks):
    """The Friday on which the office answers, at five in the afternoon."""
    later = day + datetime.timedelta(days=(4 - day.weekday()) % 7 + 7 * weeks)
    at_five = later.replace(hour=17, minute=0, second=0, microsecond=0)
    return at_five if at_five >= day else at_five + datetime.timedelta(days=7)


class Office:
    def __init__(self, server, seed, last_day):
        self.server = server
        self.seed = seed
        self.last_day = last_day

    def step(self, demand, verb, body, key):
        """Told by its key: done once, however often the demo runs."""
        path = f"/v1/demands/{demand}/{verb}"
        self.server.call("POST", path, body, headers={"Idempotency-Key": f"demo-{key}-{demand}"})

    def publish_rules(self):
        self.server.call("POST", "/v1/routing", RULES)

    def wait_until_routed(self, results):
        """Rules route by themselves, in the order of the log, a moment after a message came in."""
        last = max(results, key=lambda result: result["position"])["id"]
        routed = None
        while routed is None:
            routed = json.loads(self.server.call("GET", f"/v1/demands/{last}.1"))["handling"]["routedBy"]

    def nobodys(self):
        """Demands that no rule fits: a reviewer will have to say whose they are, and none has."""
        head = json.loads(self.server.call("GET", "/v1/log/head"))["position"]
        path = f"/v1/inbox?unrouted=true&limit=200&min_position={head}"
        found = set()
        while path:
            found |= {demand["id"] for demand in json.loads(self.server.call("GET", path))["demands"]}
            path = self.server.next_page
        return found

    def work(self, lines, results):
        """One fate a message, drawn from its own id: more messages change no other's."""
        nobodys = self.nobodys()
        answers = {}
        ended = []
        known = {}
        for line, result in zip(lines, results, strict=True):
            draw = random.Random(f"{self.seed} {line['externalId']}")
            demand = result["id"] + ".1"
            day = datetime.datetime.fromisoformat(line["occurredAt"])
            fate = "open" if demand in nobodys else draw.choice(FATES)
            if fate in ("answered", "acknowledged"):
                at = friday(day, draw.choices([0, 1, 2, 3, 5, 8], [8, 9, 4, 3, 2, 1])[0])
                if at <= self.last_day:
                    answers.setdefault((fate, at, line["language"]), []).append(demand)
                    if fate == "answered":
                        ended.append((draw, result["id"], line))
            elif fate == "duplicate":
                of = known.setdefault((line["text"], line.get("personRef")), demand)
                if of != demand:
                    self.step(demand, "duplicate", {"of": of}, "duplicate")
            elif fate == "refused":
                zh = line["language"] == "zh"
                self.step(demand, "refuse", {"reason": words.REFUSAL_ZH if zh else words.REFUSAL_EN}, "refuse")
            elif fate == "in hand":
                self.step(demand, "claim", {}, "claim")
                self.step(demand, "accept", {}, "accept")
                if draw.random() < 0.5:
                    self.step(demand, "start", {}, "start")
        self.answer(answers)
        self.hear_back(ended)

    def answer(self, answers):
        done = 0
        total = sum(len(demands) for demands in answers.values())
        for (fate, at, language), demands in sorted(answers.items()):
            for start in range(0, len(demands), 500):
                body = {"demands": demands[start:start + 500], "text": words.ANSWERS[fate][language],
                        "repliedAt": at.isoformat()}
                key = f"demo-{fate}-{language}-{at:%Y-%m-%d}"
                told = json.loads(self.server.call("POST", "/v1/replies", body, headers={"Idempotency-Key": key}))
                if told["refused"]:
                    problem = next(demand for demand in told["demands"] if "code" in demand)
                    sys.exit(f"A reply was refused: {json.dumps(problem, ensure_ascii=False)}")
                done += len(demands[start:start + 500])
        print(f"answers: {done} of {total}", file=sys.stderr)

    def hear_back(self, ended):
        """What those who spoke say, of some three in ten answers; some want the demand opened again."""
        judged = 0
        for draw, message, line in ended:
            if draw.random() < 0.3:
                judgement = {"isSolved": draw.random() < 0.66, "isSatisfied": draw.random() < 0.6}
                self.server.call("POST", f"/v1/feedback/{message}/judgement", judgement,
                                 headers={"Idempotency-Key": f"demo-judgement-{message}"})
                judged += 1
                if not judgement["isSolved"] and draw.random() < 0.4:
                    reason = words.AGAIN_ZH if line["language"] == "zh" else words.AGAIN_EN
                    self.server.call("POST", f"/v1/feedback/{message}/reopen", {"reason": reason},
                                     headers={"Idempotency-Key": f"demo-reopen-{message}"})
        print(f"judgements: {judged}", file=sys.stderr)

    def brief(self):
        """The workers' union tells the town hall what it hears most about; unless it did so in an earlier run."""
        if json.loads(self.server.call("GET", "/v1/briefs?limit=1"))["briefs"]:
            return
        topics = []
        while len(topics) < 2:  # They are found in the order of the log, a moment after the messages.
            topics = json.loads(self.server.call("GET", "/v1/topics?limit=2"))["topics"]
        body = {"organization": "union", "topics": [topic["topic"] for topic in topics], **words.BRIEF}
        made = json.loads(self.server.call("POST", "/v1/briefs", body, headers={"Idempotency-Key": "demo-brief"}))
        path = f"/v1/briefs/{made['id']}"
        self.server.call("POST", path + "/ask")
        self.server.call("POST", path + "/deliver", {"toOrganization": "town-hall"})
        self.server.call("POST", path + "/outcome", {"outcome": "partly_adopted", "words": words.OUTCOME})


def run(server, seed, last_day, lines, results):
    office = Office(server, seed, last_day)
    office.publish_rules()
    office.wait_until_routed(results)
    office.work(lines, results)
    office.brief()
