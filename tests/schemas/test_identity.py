"""Semantics 1.4 and 8.1: one rule for numbers, which folds how they are written and guesses nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.identity import check_digit_is_right, id_kind, is_placeholder, normalise_person_id
from tests.events import person_id

GOOD = person_id(1)


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        (GOOD, GOOD),
        (f" {GOOD}\u00a0\n", GOOD),
        ("1-1000-00000-01-1", "1100000000011"),
        ("1\u20111000\u201300000\u2212011", "1100000000011"),
        ("๑๑๐๐๐๐๐๐๐๐๐๑๑", "1100000000011"),
        ("１１００００００００011", "1100000000011"),
        ("11000\u200b0000\ufeff0011", "1100000000011"),
        ("g123456789012", "G123456789012"),
        ("G 1234 5678 9012", "G123456789012"),
        ("0012345678901", "0012345678901"),
    ],
)
def test_how_a_number_is_written_does_not_matter(text, normal):
    assert normalise_person_id(text) == normal


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "-", "110000000001", "11000000000111", "G12345678901", "G1234567890123", "123456789012G", "H123456789012",
        "1.10E+12", "1100000000011.0", "11000000XXX11", "1100000000011 เด็กชาย", "¹¹00000000011", "①100000000011",
        "٠١٢٣٤٥٦٧٨٩٠١٢",
    ],
)  # fmt: skip
def test_nothing_is_guessed(text):
    """12 digits may have lost a zero or a G; other scripts' digits are not ours to read."""
    assert normalise_person_id(text) is None


@given(st.from_regex(r"\A(?:[0-9]{13}|G[0-9]{12})\Z"), st.data())
def test_spaces_and_hyphens_anywhere_change_nothing(number, data):
    noise = st.text("\u0020\u00a0\t-\u2010\u200b\u2060\ufeff\u00ad", max_size=2)
    written = "".join(data.draw(noise) + letter for letter in number) + data.draw(noise)
    assert normalise_person_id(written) == number
    assert normalise_person_id(written.lower()) == number


@given(st.text(max_size=20))
def test_what_comes_out_is_stable_and_of_the_one_shape(text):
    normal = normalise_person_id(text)
    if normal is not None:
        assert normalise_person_id(normal) == normal
        assert len(normal) == 13
        assert normal.isascii()


@pytest.mark.parametrize(
    "number", [*(digit * 13 for digit in "0123456789"), "G000000000000", "G999999999999", "1234567890123",
               "0123456789012", "1234567890121", "G123456789012"],
)  # fmt: skip
def test_placeholders_would_merge_strangers(number):
    assert normalise_person_id(number) == number
    assert is_placeholder(number)


@pytest.mark.parametrize("number", [GOOD, "0012345678901", "G112233445566", "2345678901234"])
def test_a_real_number_is_no_placeholder(number):
    assert not is_placeholder(number)


@pytest.mark.parametrize(
    ("number", "kind", "right"),
    [
        (GOOD, "NATIONAL", True),
        (GOOD[:12] + str((int(GOOD[12]) + 1) % 10), "NATIONAL", False),
        ("0012345678901", "ZERO_SERIES", None),
        ("G112233445566", "G", None),
    ],
)
def test_kinds_and_check_digits(number, kind, right):
    assert id_kind(number) == kind
    assert check_digit_is_right(number) is right


@given(st.integers(0, 10**11 - 1), st.integers(1, 11).filter(lambda at: at != 2), st.integers(1, 9))
def test_a_wrong_digit_passes_at_most_once(number, at, change):
    """Mod 11, then mod 10 (domain 2.1): at one place at most two digits go with one check digit; the third has weight 11."""
    good = person_id(number)
    others = [good[:at] + str(digit) + good[at + 1 :] for digit in range(10)]
    fitting = [other for other in others if check_digit_is_right(other)]
    assert good in fitting
    assert len(fitting) <= 2
    assert check_digit_is_right(good[:12] + str((int(good[12]) + change) % 10)) is False
