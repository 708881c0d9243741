"""What the report of `make audit` says of what was measured, of what was not, and what is measured again."""

from tests.bench.kinds import Kind, open_menu
from tests.bench.lighthouse import CATEGORIES, NOINDEX, scores_of
from tests.bench.report import Results, table_of_faults, table_of_scores

NOTHING = dict.fromkeys(("light 320", "light 1440", "sniffer"), 0)
BEST = {"accessibility": 100, "best-practices": 100, "seo": 100, "performance": 100}


def measured(kind, found=None, scores=None):
    results = Results(path=None)
    results.place([kind])
    if found is not None:
        results.note(kind, found=found)
    if scores is not None:
        results.note(kind, scores=scores)
    return results


class Turns:
    """A Lighthouse that gives these answers, one after the other."""

    def __init__(self, *answers):
        self.answers = iter(answers)

    def ask(self, address, categories, cookies):
        return next(self.answers)


def test_a_kind_without_faults_and_with_good_scores_is_not_measured_again():
    home = Kind("home", "/")
    results = measured(home, NOTHING, {**BEST, "seo": NOINDEX})
    assert not results.lacks_found(home)
    assert [name for name in BEST if results.lacks_score(home, name)] == []


def test_what_has_faults_or_a_low_score_or_none_is_measured_again():
    home = Kind("home", "/")
    assert measured(home, {**NOTHING, "sniffer": 1}).lacks_found(home)
    assert measured(home, scores=BEST).lacks_found(home)
    results = measured(home, NOTHING, {"accessibility": 100, "seo": 94, "performance": 95})
    assert [name for name in BEST if results.lacks_score(home, name)] == ["best-practices", "seo"]


def test_a_kind_that_could_not_be_judged_keeps_its_last_numbers():
    home = Kind("home", "/")
    results = measured(home, NOTHING, BEST)
    results.place([home, Kind("cities", "/cities/")])
    assert results.rows["home"]["found"] == NOTHING
    assert list(results.rows) == ["home", "cities"]


def test_tables_tell_what_was_not_measured_from_what_was_not_asked():
    results = measured(Kind("home", "/", languages=("en", "it")), {**NOTHING, "sniffer": 2})
    results.place([Kind("menu open", "/", open_menu)])
    lines = table_of_faults(results.rows).splitlines()
    assert lines[2] == "| home | en, it | 0 | 0 | – | – | – | – | – | 2 |"
    assert lines[3] == f"| menu open | – |{' not measured |' * 8}"
    lines = table_of_scores(results.rows).splitlines()
    assert lines[2:] == [f"| home |{' not measured |' * 4}", f"| menu open |{' – |' * 4}"]


def test_a_slow_page_has_the_median_speed_of_three_turns():
    turns = Turns(
        *(({**BEST, "performance": score}, {"performance": {"lcp": "LCP"}}) for score in (80, 94, 90))
    )
    scores, sentences = scores_of(turns, "", Kind("home", "/"), CATEGORIES, {})
    assert scores["performance"] == 90
    assert sentences == ["home: performance is 90, not 95", "    lcp: LCP"]


def test_a_page_that_asks_not_to_be_listed_has_no_score_for_search_engines_unless_it_lacks_more():
    blocked = {"is-crawlable": "Page is blocked from indexing"}
    low, search = {**BEST, "seo": 60}, Kind("search", "/search/")
    scores, sentences = scores_of(Turns(({**low}, {"seo": blocked})), "", search, CATEGORIES, {})
    assert (scores["seo"], sentences) == (NOINDEX, [])
    more = {"seo": {**blocked, "link-text": "Links do not have descriptive text"}}
    scores, sentences = scores_of(Turns((low, more)), "", search, CATEGORIES, {})
    assert (scores["seo"], sentences[0]) == (60, "search: seo is 60, not 95")
