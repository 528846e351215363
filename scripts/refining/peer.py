"""scikit-learn's LinearSVC on character n-grams: the peer of every figure."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sets import Example, Set
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import f1_score
from sklearn.model_selection import StratifiedGroupKFold
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.svm import LinearSVC


@dataclass(frozen=True)
class Scores:
    macro_f1: float
    deviation: float
    right: np.ndarray
    # How sure each answer is: the lead of the best score over the second.
    lead: np.ndarray

    def accuracy_at(self, coverage: float) -> float:
        kept = int(coverage * len(self.lead))
        order = np.argsort(-self.lead, kind="stable")[:kept]
        return float(self.right[order].mean())


def pipeline(kind: Set) -> Pipeline:
    vectorizer = TfidfVectorizer(
        analyzer=kind.analyzer, ngram_range=(1, kind.longest), sublinear_tf=True, min_df=2
    )
    return make_pipeline(vectorizer, LinearSVC(random_state=0))


def leads(scores: np.ndarray) -> np.ndarray:
    best = np.sort(scores, axis=1)
    return best[:, -1] - best[:, -2]


def _columns(examples: Sequence[Example]) -> tuple[np.ndarray, np.ndarray]:
    return (
        np.array([example.text for example in examples], dtype=object),
        np.array([example.label for example in examples]),
    )


def judge(kind: Set, examples: Sequence[Example], test: Sequence[Example] | None) -> Scores:
    """By the test texts, or by cross-validation in 5 folds that keeps groups together."""
    if test is not None:
        return _by_test(kind, examples, test)
    texts, labels = _columns(examples)
    groups = [example.group for example in examples]
    found = np.empty(len(labels), dtype=object)
    lead = np.zeros(len(labels))
    of_folds = []
    folds = StratifiedGroupKFold(5, shuffle=True, random_state=0)
    for learn, judged in folds.split(texts, labels, groups):
        model = pipeline(kind).fit(texts[learn], labels[learn])
        scores = model.decision_function(texts[judged])
        found[judged] = model.classes_[scores.argmax(axis=1)]
        lead[judged] = leads(scores)
        of_folds.append(f1_score(labels[judged], found[judged], average="macro"))
    macro_f1 = f1_score(labels, found, average="macro")
    return Scores(float(macro_f1), float(np.std(of_folds, ddof=1)), found == labels, lead)


def _by_test(kind: Set, examples: Sequence[Example], test: Sequence[Example]) -> Scores:
    texts, labels = _columns(examples)
    judged, truth = _columns(test)
    model = pipeline(kind).fit(texts, labels)
    scores = model.decision_function(judged)
    found = model.classes_[scores.argmax(axis=1)]
    return Scores(float(f1_score(truth, found, average="macro")), 0.0, found == truth, leads(scores))


def unclassified_share(kind: Set, known: Sequence[Example], unknown: Sequence[Example]) -> float:
    """Of texts of a category that training never saw, the share below the lead that 80 % of the known ones reach."""
    lead = judge(kind, known, None).lead
    threshold = np.sort(lead)[::-1][int(0.8 * len(lead)) - 1]
    texts, labels = _columns(known)
    model = pipeline(kind).fit(texts, labels)
    strange, _ = _columns(unknown)
    return float((leads(model.decision_function(strange)) < threshold).mean())
