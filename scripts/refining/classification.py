"""The figures of classification."""

import json
import resource
import time

import peer
import sets
from context import Context, note
from sets import Example, Set
from table import Row

# Set, must, aim.
TARGETS = [
    (sets.RAW, 0.88, 0.91),
    (sets.SEGMENTED, 0.91, 0.93),
    (sets.BANKING, 0.89, 0.92),
    (sets.CYCLING, 0.65, 0.70),
    (sets.COMPLAINTS, None, None),
]
LENGTH = 200


def rows(context: Context) -> list[Row]:
    """All of them; several minutes."""
    found = []
    errors: dict[str, float] = {}
    for kind, must, aim in TARGETS:
        note(f"classification: {kind.name}")
        examples, test = _load(context, kind)
        scores = _evaluate(context, kind, examples, test)
        other = peer.judge(kind, examples, test)
        errors[kind.name] = scores["expectedCalibrationError"]
        spread = f"folds deviate by {scores['macroF1Deviation']:.3f}" if "macroF1Deviation" in scores else ""
        found.append(Row(f"macro-F1, {kind.name}", scores["macroF1"], other.macro_f1, must, aim, note=spread))
        if kind is sets.RAW:
            ours = _accuracy_at(scores, 0.8)
            found.append(Row(f"accuracy at 80 % coverage, {kind.name}", ours, other.accuracy_at(0.8), 0.95, 0.97))
            found.append(_left_out(context, kind, examples, test or examples))
    worst = max(errors, key=lambda name: errors[name])
    for name, error in errors.items():
        mark = "the worst" if name == worst else ""
        found.append(Row(f"calibration error, {name}", error, None, 0.05, 0.02, less=True, note=mark))
    return [*found, _speed(context), _training(context)]


def _load(context: Context, kind: Set) -> tuple[list[Example], list[Example] | None]:
    return kind.load(context.data), kind.load(context.test) if context.test else None


def _evaluate(context: Context, kind: Set, examples: list[Example], test: list[Example] | None) -> dict:
    labels = sets.write(examples, context.work / f"{kind.name}.ndjson")
    arguments = ["classify", "evaluate", "--labels", labels]
    if test is not None:
        arguments += ["--test", sets.write(test, context.work / f"{kind.name}.test.ndjson")]
    return context.chorus_json(*arguments)


def _accuracy_at(scores: dict, coverage: float) -> float:
    return next(point["accuracy"] for point in scores["coverage"] if point["coverage"] == coverage)


def _left_out(context: Context, kind: Set, examples: list[Example], judged: list[Example]) -> Row:
    """Each category in turn is left out of training, and its texts are classified at the threshold of 80 %."""
    ours = []
    categories = sorted({example.label for example in examples})
    for category in categories:
        known = [example for example in examples if example.label != category]
        unknown = [example for example in judged if example.label == category]
        model = context.work / "left-out.model"
        labels = sets.write(known, context.work / "known.ndjson")
        texts = sets.write(unknown, context.work / "unknown.ndjson")
        trained = context.chorus_json("classify", "train", "--labels", labels, "--model", model, "--force")
        threshold = next(p["threshold"] for p in trained["report"]["coverage"] if p["coverage"] == 0.8)
        apply = ["classify", "apply", "--model", model, "--texts", texts]
        answers = context.chorus(*apply, "--threshold", f"{threshold:.7f}")
        lines = [json.loads(line) for line in answers.splitlines()]
        ours.append(sum(line["category"] is None for line in lines) / len(lines))
    theirs = peer.unclassified_shares(kind, examples, judged, categories)
    mean = sum(ours) / len(ours)
    other = sum(theirs) / len(theirs)
    spread = f"categories from {min(ours):.2f} to {max(ours):.2f}; must: the peer's"
    return Row("left-out category: share unclassified, mean", mean, other, other, 0.70, note=spread)


def _speed(context: Context) -> Row:
    """Texts of 200 characters, one core, in texts a second; ours divided by the peer's."""
    note("classification: speed")
    examples = sets.RAW.load(context.data)
    short = [Example(example.text[:LENGTH], example.label, example.group) for example in examples]
    short = [example for example in short if len(example.text) == LENGTH]
    labels = sets.write(examples, context.work / "speed.ndjson")
    texts = sets.write(short, context.work / "short.ndjson")
    model = context.work / "speed.model"
    context.chorus("classify", "train", "--labels", labels, "--model", model, "--force")
    timed = ["classify", "apply", "--model", model, "--texts", texts, "--time"]
    trained = peer.pipeline(sets.RAW).fit([e.text for e in examples], [e.label for e in examples])
    words = [example.text for example in short]
    trained.predict(words[:50])
    ours, theirs = [], []
    # Taken in turn, so that a busy machine is busy for both.
    for _ in range(3):
        ours.append(json.loads(context.chorus(*timed))["textsPerSecond"])
        start = time.process_time()
        trained.predict(words)
        theirs.append(len(words) / (time.process_time() - start))
    ratio = max(ours) / max(theirs)
    detail = f"{max(ours) / 1000:.1f} k/s and {max(theirs) / 1000:.1f} k/s"
    return Row(f"speed, {LENGTH} characters, one core / scikit-learn's", ratio, 1.0, 9, 20, digits=1, note=detail)


def _training(context: Context) -> Row:
    """Seconds for 10 k texts, with cross-validation and calibration."""
    note("classification: training")
    kind = sets.BANKING
    examples = kind.load(context.data)
    labels = sets.write(examples, context.work / "training.ndjson")
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.monotonic()
    context.chorus("classify", "train", "--labels", labels, "--model", context.work / "t.model", "--force")
    ours = time.monotonic() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    busy = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    start = time.monotonic()
    peer.pipeline(kind).fit([e.text for e in examples], [e.label for e in examples])
    theirs = time.monotonic() - start
    # On a machine that does other things too, the processor's time says more than the clock's.
    detail = f"{len(examples)} texts, 77 categories; ours 6 trainings in {busy:.1f} s of processors, the peer's one"
    return Row("training on 10 k texts, s", ours, theirs, 10, 3, less=True, digits=1, note=detail)
