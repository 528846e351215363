#!/usr/bin/env python3
"""Sends the answers of young-people to a survey over HTTP and prints the figures that pandas gave.

Usage: survey_results.py URL KEY FOLDER
Reads FOLDER/responses.csv and FOLDER/expected.json; KEY has scope admin. Prints what the views must then show, one row a
line, as psql prints rows unaligned: `result|question|option|responses|respondents` for every option of the categorical
columns, `scale|question|n|mean` for some of the items from 1 to 5. The totals of the bulk request go to stderr.
"""
import csv
import json
import re
import sys
import urllib.request

URL, KEY, FOLDER = sys.argv[1:4]
SCALES = ["Music", "Horror", "Romantic", "Mathematics", "Politics", "Happiness in life", "Punk", "Latino", "Pets",
          "Spiders", "Loneliness", "God"]


def call(method, path, body=b"", content_type="application/json"):
    request = urllib.request.Request(URL + path, data=body or None, method=method)
    request.add_header("Authorization", "Bearer " + KEY)
    if body:
        request.add_header("Content-Type", content_type)
    with urllib.request.urlopen(request) as answer:
        return answer.read()


def code(text):
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:40]


def main():
    expected = json.load(open(FOLDER + "/expected.json"))
    rows = list(csv.DictReader(open(FOLDER + "/responses.csv", newline="")))
    choices = {name: [value for value in counts if value != "(missing)"] for name, counts in expected["counts"].items()}
    questions = [
        {"code": code(name), "text": {"en": name}, "type": "single",
         "options": [{"code": code(value), "text": {"en": value}} for value in values]}
        for name, values in choices.items()
    ] + [
        {"code": code(name), "text": {"en": name}, "type": "scale", "scale": {"from": 1, "to": 5}} for name in SCALES
    ]
    body = {"title": {"en": "Young people"}, "language": "en", "questions": questions}
    survey = json.loads(call("POST", "/v1/surveys", json.dumps(body).encode()))["id"]
    call("POST", f"/v1/surveys/{survey}/open")
    lines = []
    for number, row in enumerate(rows):
        answers = {code(name): code(row[name]) for name in choices if row[name] != ""}
        answers |= {code(name): int(float(row[name])) for name in SCALES if row[name] != ""}
        lines.append(json.dumps({"answers": answers, "source": "young-people", "externalId": str(number),
                                 "personRef": str(number)}))
    answer = call("POST", f"/v1/surveys/{survey}/responses/bulk?results=refused", "\n".join(lines).encode(),
                  "application/x-ndjson")
    call("POST", f"/v1/surveys/{survey}/close")
    print(answer.decode().splitlines()[-1], file=sys.stderr)
    # What the views must show, one line a row, in the order of the survey.
    for name, values in choices.items():
        counts = expected["counts"][name]
        n = sum(counts[value] for value in values)
        for value in values:
            print(f"result|{code(name)}|{value}|{counts[value]}|{n}")
    for name in SCALES:
        mean, n = expected["item_means_n"][name]
        print(f"scale|{code(name)}|{n}|{mean:.6f}")


main()
