"""The rates as a reviewer's login reads them, beside what pandas makes of the file."""

import math
import unicodedata
from dataclasses import asdict, dataclass

import pandas
import town_hall
from real import Letter
from server import Server

# What was found once in the whole file, by other hands: 1,959 replies.
WHOLE = 1_959
RECEIPT = "收悉|已收到|获悉|知悉|阅悉"


@dataclass(frozen=True)
class Figure:
    what: str
    chorus: float
    pandas: float | None = None
    # Of the whole file, as others found it.
    reference: float | None = None
    # How far ours and pandas' may be apart: what is rounded on the way.
    within: float = 0.0

    @property
    def differs(self) -> bool:
        apart = self.pandas is not None and abs(self.chorus - self.pandas) > self.within + 1e-9
        return apart or (self.reference is not None and abs(self.chorus - self.reference) > 0.05)

    def as_json(self) -> dict:
        chorus = None if math.isnan(self.chorus) else self.chorus
        return asdict(self) | {"chorus": chorus, "differs": self.differs}


def frame(letters: list[Letter]) -> pandas.DataFrame:
    table = pandas.DataFrame([letter.row for letter in letters])
    table["days"] = (pandas.to_datetime(table["reply_time"]) - pandas.to_datetime(table["time"])) / pandas.Timedelta(
        "1D"
    )
    table["is_substantive"] = [letter.is_substantive for letter in letters]
    table["says_receipt"] = table["reply"].str.contains(RECEIPT)
    return table


def of_replies(server: Server, letters: list[Letter]) -> list[Figure]:
    table = frame(letters)
    whole = len(table) == WHOLE
    [all_replies] = server.sql(
        """SELECT count(*) AS replies,
               percentile_cont(0.5) WITHIN GROUP (ORDER BY days) AS median,
               percentile_cont(0.9) WITHIN GROUP (ORDER BY days) AS high,
               100.0 * avg((days <= 15)::integer) AS share_15,
               100.0 * avg((days <= 30)::integer) AS share_30,
               count(*) FILTER (WHERE NOT is_substantive) AS acknowledgements
           FROM review.replies"""
    )
    [first] = server.sql("SELECT * FROM review.reply_times WHERE grain = 'all'")
    [rates] = server.sql(
        "SELECT sum(due) AS due, sum(in_time) AS in_time FROM review.response_rates WHERE grain = 'month'"
    )
    days = table["days"]
    answered = days[table["is_substantive"]]
    due = days * 24 <= town_hall.DUE_HOURS
    # review.replies rounds days to 0.01; a share moves by the replies that lie so near to its edge.
    near_15, near_30 = (100.0 * ((days - edge).abs() <= 0.005).mean() for edge in (15, 30))
    own = ~table["is_substantive"]
    short = table["reply"].str.contains("收悉") & (table["reply"].str.len() <= 60)
    return [
        Figure("replies", all_replies["replies"], len(table), WHOLE if whole else None),
        Figure("median, days", all_replies["median"], days.median(), 11.06 if whole else None, 0.006),
        Figure("90th percentile, days", all_replies["high"], days.quantile(0.9), 40.88 if whole else None, 0.006),
        Figure(
            "within 15 days, %", all_replies["share_15"], 100.0 * (days <= 15).mean(), 61.4 if whole else None, near_15
        ),
        Figure(
            "within 30 days, %", all_replies["share_30"], 100.0 * (days <= 30).mean(), 83.3 if whole else None, near_30
        ),
        Figure("with substance: replies", first["answered"], len(answered)),
        Figure("with substance: median, days", first["median_days"], answered.median(), None, 0.006),
        Figure("with substance: 90th percentile, days", first["days_90"], answered.quantile(0.9), None, 0.006),
        Figure(
            "with substance: within 15 days, %", 100 * first["share_15"], 100.0 * (answered <= 15).mean(), None, 0.006
        ),
        Figure(
            "with substance: within 30 days, %", 100 * first["share_30"], 100.0 * (answered <= 30).mean(), None, 0.006
        ),
        Figure("demands whose answer was due", rates["due"], len(table)),
        Figure("answered with substance when due", rates["in_time"], int((due & table["is_substantive"]).sum())),
        Figure("only acknowledge", all_replies["acknowledgements"], int(own.sum())),
        Figure("only acknowledge, with words of receipt", int((own & table["says_receipt"]).sum())),
        Figure("only acknowledge, without (passed on)", int((own & ~table["says_receipt"]).sum())),
        Figure("short with 收悉 (another count, of about 84)", int(short.sum())),
        Figure("short with 收悉 that we count as answers", int((short & ~own).sum())),
    ]


def of_judgements(server: Server, when: str, expected: int) -> list[Figure]:
    """How many judged demands each view that counts judgements has; synthetic ones must be in none.

    What analysts see is told apart only from as many people on as the tenant says.
    """
    [reviewed] = server.sql(
        """SELECT COALESCE(sum(judged), 0) AS judged, COALESCE(sum(answered_and_judged), 0) AS answered
           FROM review.satisfaction WHERE grain = 'month'"""
    )
    [funnel] = server.sql(
        """SELECT COALESCE(sum(demands), 0) AS solved FROM review.expression_funnel
           WHERE road = 'direct' AND stage = 'solved'"""
    )
    [published] = server.sql(
        """SELECT
               COALESCE(sum(demands) FILTER (WHERE what = 'solved'), 0) AS judged,
               COALESCE(sum(yes) FILTER (WHERE what = 'answered'), 0) AS answered
           FROM aggregates.satisfaction WHERE grain = 'month'""",
        analyst=True,
    )
    [open_funnel] = server.sql(
        "SELECT demands AS solved FROM aggregates.expression_funnel WHERE road = 'direct' AND stage = 'solved'",
        analyst=True,
    )
    figures = {
        "review.satisfaction, judged": reviewed["judged"],
        "review.satisfaction, answered_and_judged": reviewed["answered"],
        "review.expression_funnel, solved": funnel["solved"],
        "aggregates.satisfaction, judged": published["judged"],
        "aggregates.satisfaction, answered and judged": published["answered"],
    }
    rows = [Figure(f"{when}: {what}", value, expected) for what, value in figures.items()]
    # A stage may be pooled with another small one: NULL says nothing, a number must be the right one.
    what = f"{when}: aggregates.expression_funnel, solved"
    if open_funnel["solved"] is None:
        return [*rows, Figure(what + " (withheld)", math.nan)]
    return [*rows, Figure(what, open_funnel["solved"], expected)]


def show(figures: list[Figure]) -> None:
    def text(number: float | None) -> str:
        if number is None or math.isnan(number):
            return ""
        return f"{number:.0f}" if float(number).is_integer() else f"{number:.2f}"

    print(f"{'':62}{'chorus':>10}{'pandas':>10}{'reference':>11}")
    for one in figures:
        cells = f"{text(one.chorus):>10}{text(one.pandas):>10}{text(one.reference):>11}"
        wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in one.what)
        print(f"{one.what:{62 - wide}}{cells}{'  DIFFERS' if one.differs else ''}")
