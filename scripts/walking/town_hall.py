"""Who answers: a few organizations, and the rules by which demands come to them."""

from server import Server

# The trial's own: everything invented goes here, by its category.
TRIAL = "trial-desk"
TRIAL_CATEGORY = "membership"
DUE_HOURS = 15 * 24
URGENT_HOURS = 24

ORGANIZATIONS = """code,parent,roles,name_zh,name_en
city,,responsible;steward,市政府,City
labour,city,responsible,人社局,Labour Office
housing,city,responsible,住建局,Housing Office
education,city,responsible,教育局,Education Office
health,city,responsible,卫健委,Health Office
transport,city,responsible,交通局,Transport Office
environment,city,responsible,环保局,Environment Office
federation,,steward,总工会,Federation
trial-above,,responsible,试办上级,Above the trial desk
trial-desk,trial-above,responsible,试办窗口,Trial desk
trial-side,trial-above,responsible,试办邻科,Beside the trial desk
"""

BY_CATEGORY = [
    ("work", "labour"),
    ("security", "labour"),
    ("housing", "housing"),
    ("schools", "education"),
    ("health", "health"),
    ("traffic", "transport"),
    ("environment", "environment"),
    (TRIAL_CATEGORY, TRIAL),
]


def publish(server: Server) -> None:
    server.call("author", "POST", "/v1/organizations", ORGANIZATIONS, kind="text/csv")
    routes = [{"category": category, "responsible": code, "steward": "federation"} for category, code in BY_CATEGORY]
    rules = {
        # Whatever fits no other rule.
        "routes": [*routes, {"responsible": "city", "steward": "federation"}],
        "deadlines": [{"hours": DUE_HOURS}, {"urgent": True, "hours": URGENT_HOURS}],
    }
    server.call("author", "POST", "/v1/routing", rules)
    again = server.call("author", "POST", "/v1/routing", rules)
    assert not again["isNew"], "the same rules again must change nothing"
    assert server.call("reviewer", "GET", "/v1/routing")["version"] == 1


def wait_until_routed(server: Server) -> None:
    """Rules route by themselves, a moment after a message came in; a faster reply would find nobody responsible."""
    while True:
        server.settle()
        found = server.call("reviewer", "GET", "/v1/inbox", query="unrouted=true&limit=1")
        if not found["demands"]:
            return
