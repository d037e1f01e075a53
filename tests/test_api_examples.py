"""The endpoint against its own description: schemathesis makes requests that fit it and requests that do not.

No answer may be a 5xx, none may have another shape, status or type than is described; what fits the description is
answered unless what is asked makes no sense together, and what does not fit is refused. More than a few examples, as
for a release: HABERARA_TEST_API_EXAMPLES=500 python -m pytest tests/test_api_examples.py
"""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, given, settings

from web.app import create_app
from web.openapi.document import document

schemathesis = pytest.importorskip("schemathesis", reason="no schemathesis: pip install 'haberara[test]'")

CHECKS = schemathesis.checks

EXAMPLES = int(os.environ.get("HABERARA_TEST_API_EXAMPLES", "15"))
ALWAYS_THE_SAME = "HABERARA_TEST_API_EXAMPLES" not in os.environ
"""Whether the examples are drawn alike in every run: what holds a change back must not be a lottery."""

MEANING = {
    "beyond-depth",
    "days-swapped",
    "not-a-date",
    "prefix-too-short",
    "prefix-too-wide",
    "too-complex",
    "too-many-explained",
    "too-many-filters",
    "too-many-periods",
    "too-many-values",
    "unknown-country",
}
"""Refusals that no schema can express: of several parameters together, of the calendar, of the language of queries."""

KNOWN = {"name": ("Bülent Ecevit", "Süleyman Demirel"), "code": ("TR", "Almanya", "gr")}
"""People and countries that the sample names."""

IDS = ("ornek-afet-008", "ornek-politika-001", "ornek-spor-024")


@pytest.fixture(scope="module")
def api(sample_engine, tmp_path_factory):
    """The description as it is served, over the sample archive."""
    app = create_app(tmp_path_factory.mktemp("api"), engine=sample_engine)
    return schemathesis.openapi.from_wsgi("/openapi.json", app)


@pytest.mark.parametrize("mode", ["positive", "negative"])
@pytest.mark.parametrize("path", document()["paths"])
def test_answers_are_as_described(api, path, mode):
    operation = api[path]["GET"]
    if mode == "negative" and "parameters" not in document()["paths"][path]["get"]:
        assert path in ("/healthz", "/readyz"), "nothing about it can be asked wrongly"
        return
    tried = 0

    @given(case=operation.as_strategy(generation_mode=schemathesis.GenerationMode(mode)))
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=ALWAYS_THE_SAME,
        suppress_health_check=list(HealthCheck),
    )
    def attempt(case):
        nonlocal tried
        tried += 1
        if "article_id" in case.path_parameters and mode == "positive" and tried % 2:
            # Made-up ids are of no article.
            case.path_parameters["article_id"] = IDS[tried % len(IDS)]
        for name, known in KNOWN.items():
            if name in case.path_parameters and mode == "positive" and tried % 2:
                case.path_parameters[name] = known[tried % len(known)]
        # Called without a network, schemathesis unpacks nothing.
        answer = case.call(headers={"Accept-Encoding": "identity"})
        meant = answer.status_code == 400 and answer.json()["code"] in MEANING
        excluded = [CHECKS.positive_data_acceptance] if meant else []
        # Too long an address is a refusal as well, which schemathesis does not count as one;
        # a blank value is one that was not given, as from a form that was left empty.
        lenient = answer.status_code == 414 or any(str(value).isspace() for value in (case.query or {}).values())
        excluded += [CHECKS.negative_data_rejection] if lenient else []
        case.validate_response(answer, excluded_checks=excluded)

    attempt()
    print(f"{tried} requests, {mode}: {path}")
    assert tried
