"""scikit-learn's LinearSVC on character n-grams: the peer of every figure."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer, TfidfVectorizer
from sklearn.metrics import f1_score
from sklearn.model_selection import StratifiedGroupKFold
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.svm import LinearSVC

from sets import Example, Set


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
    """From texts to answers."""
    vectorizer = TfidfVectorizer(
        analyzer=kind.analyzer, ngram_range=(1, kind.longest), sublinear_tf=True, min_df=2
    )
    return make_pipeline(vectorizer, LinearSVC(random_state=0))


def _model() -> Pipeline:
    """The same from counts on: texts are cut into n-grams once, not once a fold."""
    return make_pipeline(TfidfTransformer(sublinear_tf=True), LinearSVC(random_state=0))


def _counts(kind: Set, examples: Sequence[Example]) -> csr_matrix:
    vectorizer = CountVectorizer(
        analyzer=kind.analyzer, ngram_range=(1, kind.longest), min_df=2, dtype=np.float32
    )
    return vectorizer.fit_transform(example.text for example in examples).tocsr()


def leads(scores: np.ndarray) -> np.ndarray:
    best = np.sort(scores, axis=1)
    return best[:, -1] - best[:, -2]


def judge(kind: Set, examples: Sequence[Example], test: Sequence[Example] | None) -> Scores:
    """By the test texts, or by cross-validation in 5 folds that keeps groups together."""
    if test is not None:
        return _by_test(kind, examples, test)
    labels = np.array([example.label for example in examples])
    return _cross_validate(_counts(kind, examples), labels, [example.group for example in examples])


def _cross_validate(counts: csr_matrix, labels: np.ndarray, groups: Sequence[str]) -> Scores:
    found = np.empty(len(labels), dtype=object)
    lead = np.zeros(len(labels))
    of_folds = []
    folds = StratifiedGroupKFold(5, shuffle=True, random_state=0)
    for learn, judged in folds.split(counts, labels, groups):
        model = _model().fit(counts[learn], labels[learn])
        scores = model.decision_function(counts[judged])
        found[judged] = model.classes_[scores.argmax(axis=1)]
        lead[judged] = leads(scores)
        of_folds.append(f1_score(labels[judged], found[judged], average="macro"))
    macro_f1 = f1_score(labels, found, average="macro")
    return Scores(float(macro_f1), float(np.std(of_folds, ddof=1)), found == labels, lead)


def _by_test(kind: Set, examples: Sequence[Example], test: Sequence[Example]) -> Scores:
    truth = np.array([example.label for example in test])
    model = pipeline(kind).fit([example.text for example in examples], [example.label for example in examples])
    scores = model.decision_function([example.text for example in test])
    found = model.classes_[scores.argmax(axis=1)]
    return Scores(float(f1_score(truth, found, average="macro")), 0.0, found == truth, leads(scores))


def unclassified_shares(
    kind: Set, examples: Sequence[Example], judged: Sequence[Example], categories: Sequence[str]
) -> list[float]:
    """Of each category that training never saw: the share of its texts below the lead that 80 % of the others reach."""
    counts = _counts(kind, [*examples, *judged])
    labels = np.array([example.label for example in examples])
    groups = np.array([example.group for example in examples])
    strange = np.array([example.label for example in judged])
    shares = []
    for category in categories:
        known = np.flatnonzero(labels != category)
        unknown = len(examples) + np.flatnonzero(strange == category)
        lead = _cross_validate(counts[known], labels[known], groups[known]).lead
        threshold = np.sort(lead)[::-1][int(0.8 * len(lead)) - 1]
        model = _model().fit(counts[known], labels[known])
        shares.append(float((leads(model.decision_function(counts[unknown])) < threshold).mean()))
    return shares
