"""Made-up schools: as many as asked for, in as many areas, and the same each time."""

import pytest

from publishers.generator import schools
from schemas import school_columns
from schemas.errors import ThabianError


@pytest.mark.parametrize(("affiliation", "areas", "count"), [("31", 50, 437), ("10", 225, 900), ("10", 1, 1)])
def test_counts_are_exact(affiliation, areas, count):
    made = list(schools.schools(affiliation, areas, count))
    assert made == list(schools.schools(affiliation, areas, count))
    assert len({one["school_code"] for one in made}) == len(made) == count
    assert len({one["area"] for one in made}) == areas
    assert all(one["school_code"].startswith(affiliation) and len(one["school_code"]) == 10 for one in made)
    assert set().union(*made) <= set(school_columns.COLUMNS)


def test_an_unknown_affiliation_is_refused():
    with pytest.raises(ThabianError):
        list(schools.schools("99", 1, 1))
