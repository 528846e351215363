"""Further demands, invented, so that every route of the workflow is walked, also those that are refused."""

import uuid

import town_hall
from server import Server

SOURCE = "walk"
# As many as a release needs, and one more.
VOICES = 6
ANSWER = "试办窗口已安排工作人员处理，结果将于周五公布。"


class Invented:
    """Demands of people who do not exist, each of another one."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.count = 0

    def demand(self, text: str, **more: object) -> tuple[str, str, str]:
        """A routed demand: its id, its message's, its tracking code."""
        self.count += 1
        line = {
            "text": text,
            "source": SOURCE,
            "externalId": f"invented-{self.count}",
            "personRef": f"nobody-{self.count}",
            "category": town_hall.TRIAL_CATEGORY,
            "kind": "request",
            "channel": "web",
        }
        sent = self.server.call("collector", "POST", "/v1/feedback", line | more)
        town_hall.wait_until_routed(self.server)
        return sent["id"] + ".1", sent["id"], sent["trackingCode"]

    def step(self, demand: str, verb: str, body: dict | None = None, **more: object) -> dict:
        return self.server.call("reviewer", "POST", "/v1/demands/{id}/" + verb, body or {}, id=demand, **more)

    def state(self, demand: str) -> str:
        return self.server.call("reviewer", "GET", "/v1/demands/{id}", id=demand)["handling"]["state"]


def walk(server: Server) -> None:
    invented = Invented(server)
    take_in_hand(invented)
    send_elsewhere(invented)
    show_less(invented)
    end_and_reopen(invented)
    answer_many(invented)
    correct(invented)
    list_and_read(invented)


def take_in_hand(invented: Invented) -> None:
    demand, _, code = invented.demand("请把活动室的钥匙交给值班的人")
    claimed = invented.step(demand, "claim")
    assert claimed["handling"]["responsible"] == town_hall.TRIAL
    # The administrator is another reviewer, and too late.
    refused = invented.server.call("admin", "POST", "/v1/demands/{id}/claim", {}, id=demand, expect=409)
    assert refused["code"] == "already-claimed"
    invented.step(demand, "unclaim")
    accepted = invented.step(demand, "accept")
    stale = invented.step(demand, "start", headers={"If-Match": claimed["etag"]}, expect=412)
    assert stale["code"] == "changed-meanwhile" and stale["etag"] == accepted["etag"]
    invented.step(demand, "start", headers={"If-Match": accepted["etag"]})
    received = invented.step(demand, "reply", {"text": "您的留言已收悉。"})
    assert received["handling"]["state"] == "in_progress", "what only acknowledges answers nothing"
    assert invented.step(demand, "reply", {"text": ANSWER})["handling"]["state"] == "answered"
    shown = invented.server.call("code:" + code, "GET", "/v1/track")
    words = [reply["text"] for reply in shown["demands"][0]["handling"]["replies"]]
    assert words == ["您的留言已收悉。", ANSWER]
    invented.step(demand, "close")
    assert invented.step(demand, "reply", {"text": ANSWER}, expect=409)["code"] == "already-closed"


def send_elsewhere(invented: Invented) -> None:
    demand, _, _ = invented.demand("会费收据一直没有寄来")
    invented.step(demand, "route", {"responsible": "trial-side", "reason": "收据由邻科开具"})
    declined = invented.step(demand, "decline", {"reason": "不归我们管"})["handling"]
    assert declined["responsible"] == "trial-above" and declined["declinedBy"] == ["trial-side"]
    hurried = invented.step(demand, "urgency", {"urgent": True})["handling"]
    assert hurried["isUrgent"]
    invented.step(demand, "route", {"responsible": town_hall.TRIAL})
    assert invented.step(demand, "escalate")["handling"]["escalatedTo"] == "trial-above"
    spoken, _, _ = invented.demand("窗口人员态度恶劣，我要投诉")
    moved = invented.step(spoken, "against", {"organization": town_hall.TRIAL})["handling"]
    assert (moved["against"], moved["responsible"]) == (town_hall.TRIAL, "trial-above"), moved
    again = invented.step(spoken, "route", {"responsible": town_hall.TRIAL}, expect=422)
    assert again["code"] == "against-organization"


def show_less(invented: Invented) -> None:
    demand, message, code = invented.demand("请回电 555-0100，楼道灯坏了，电梯也停了")
    invented.step(demand, "mask", {"spans": [{"from": 4, "to": 12}]})
    masked = invented.server.call("reviewer", "GET", "/v1/demands/{id}", id=demand)["text"]
    assert "555-0100" not in masked and "楼道灯坏了" in masked
    divided = invented.step(
        demand, "divide", {"parts": [{"spans": [{"from": 13, "to": 18}]}, {"spans": [{"from": 19, "to": 24}]}]}
    )
    assert divided["id"] == demand
    first = {"demand": 1, "isSolved": True}
    refused = invented.server.call("code:" + code, "POST", "/v1/track/judgement", first, expect=409)
    assert refused["code"] == "nothing-to-judge"
    # Which of the two is meant, somebody must say.
    unclear = {"isSolved": True, "isSynthetic": True}
    which = invented.server.call("collector", "POST", "/v1/feedback/{id}/judgement", unclear, id=message, expect=422)
    assert which["code"] == "which-demand"
    invented.step(demand, "rejoin")


def end_and_reopen(invented: Invented) -> None:
    server = invented.server
    refused, message, code = invented.demand("请给我们每人发一辆车")
    invented.step(refused, "refuse", {"reason": "没有这样的预算"})
    shown = server.call("code:" + code, "GET", "/v1/track")["demands"][0]["handling"]
    assert [reason["text"] for reason in shown["reasons"]] == ["没有这样的预算"], "who spoke reads why"
    server.call("code:" + code, "POST", "/v1/track/reopen", {"reason": "那么一辆就好"})
    assert invented.state(refused) == "reopened"
    invented.step(refused, "reply", {"text": ANSWER})
    # On the person's word, by phone.
    server.call("collector", "POST", "/v1/feedback/{id}/reopen", {"reason": "没有人来"}, id=message)
    invented.step(refused, "duplicate", {"of": invented.demand("我们单位需要一辆车")[0]})
    invented.step(refused, "reopen", {"reason": "并不重复"})
    taken_back, _, code = invented.demand("算了")
    server.call("code:" + code, "POST", "/v1/track/addition", {"text": "已经解决了"})
    server.call("code:" + code, "POST", "/v1/track/withdraw", {})
    late = invented.step(taken_back, "reply", {"text": ANSWER}, expect=(404, 409))
    assert late["code"] in ("not-found", "withdrawn")


def answer_many(invented: Invented) -> None:
    server = invented.server
    demands = [invented.demand(f"乒乓球室周末也请开放，谢谢，{number} 楼")[0] for number in range(3)]
    body = {"demands": [*demands, "00000000-0000-4000-8000-000000000000.1"], "text": ANSWER}
    told = server.call("reviewer", "POST", "/v1/replies", body, headers={"Idempotency-Key": "walk-many"})
    assert (told["answered"], told["refused"]) == (3, 1)
    assert told["demands"][3]["code"] == "not-found", "one that is not there keeps no other from its answer"
    server.call("reviewer", "POST", "/v1/replies", body, headers={"Idempotency-Key": "walk-many"})
    shown = server.call("reviewer", "GET", "/v1/demands/{id}", id=demands[0])
    assert len(shown["handling"]["replies"]) == 1, "with a key, a repeat answers none twice"
    topic = None
    while topic is None:
        server.settle()
        [row] = server.sql(f"SELECT topic FROM review.demand_handling WHERE demand_id = '{demands[0]}'")
        topic = row["topic"]
    gathered = server.call("reviewer", "POST", "/v1/topics/{topic}/reply", {"text": ANSWER}, topic=topic)
    assert gathered["answered"] >= 1


def correct(invented: Invented) -> None:
    demand, _, _ = invented.demand("球场的灯不亮")
    invented.step(demand, "kind", {"kind": "complaint"})
    invented.step(demand, "place", {"place": "球场"})
    invented.step(demand, "group", {"groups": [{"name": "球友", "ties": ["affinity"]}]})
    # Rules route it anew, because nobody has taken it up yet.
    invented.step(demand, "category", {"category": "housing"})
    while True:
        invented.server.settle()
        shown = invented.server.call("reviewer", "GET", "/v1/demands/{id}", id=demand)
        if shown["handling"]["responsible"] == "housing":
            return


def list_and_read(invented: Invented) -> None:
    server = invented.server
    listed = server.call("reviewer", "GET", "/v1/demands", query="limit=5")["demands"]
    assert len(listed) == 5
    server.settle()
    urgent = server.call("reviewer", "GET", "/v1/inbox", query=f"responsible={town_hall.TRIAL}&limit=1")["demands"]
    assert urgent[0]["handling"]["isUrgent"], "what is urgent comes first"
    report, _, _ = invented.demand("有人挪用活动经费", kind="report")
    server.settle()
    # Reports are read by those whom the rules name, each reading is recorded; without any, by administrators.
    refused = server.call("reviewer", "GET", "/v1/demands/{id}", id=report, expect=403)
    assert refused["code"] == "named-readers-only"
    server.call("admin", "GET", "/v1/demands/{id}", id=report)
    for view in ["response_rates", "satisfaction", "channel_mix", "expression_funnel"]:
        server.call("analyst", "GET", "/v1/aggregates/{view}", view=view)


def judge(server: Server, people: int, wave: int) -> None:
    """As many who are content with an answer, with their own codes; none of it is marked synthetic."""
    invented = Invented(server)
    invented.count = 100 * wave
    for number in range(people):
        demand, _, code = invented.demand(f"第 {wave} 批第 {number} 个愿望：多开一扇窗")
        invented.step(demand, "reply", {"text": ANSWER})
        said = server.call("code:" + code, "POST", "/v1/track/judgement", {"isSolved": True, "isSatisfied": True})
        assert said["isJudged"]
        again = server.call("code:" + code, "POST", "/v1/track/judgement", {"isSolved": False}, expect=409)
        assert again["code"] == "already-judged"


def release(server: Server) -> None:
    """A release that holds everything until now.

    It needs people who spoke or were answered since the last, and the server makes one by itself now and then. So some speak
    first, as often as it takes.
    """
    made = False
    while not made:
        lines = [
            {
                "text": "我也想说一句",
                "source": SOURCE,
                "personRef": str(uuid.uuid4()),
                "category": town_hall.TRIAL_CATEGORY,
                "channel": "web",
            }
            for _ in range(VOICES)
        ]
        server.bulk("collector", "/v1/feedback/bulk", lines)
        town_hall.wait_until_routed(server)
        made = server.release()
