"""Which passwords are taken and how they are kept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.accounts.passwords import MAX_LENGTH, hash_password, refusals, verify_password


@pytest.mark.parametrize(
    "good",
    [
        "three lighthouses facing west",
        "korrekt Pferd Batterie",
        "zwölf grüne Äpfel 🍏",
        "x7!fGq2#LmPz",
        "a sentence with spaces and no digit at all",
        "q" * 3 + "a long tail of words" * 3,
    ],
)
def test_asvs_6_2_1_length_counts_and_no_kind_of_character_is_asked(good):
    assert refusals(good) == []


@pytest.mark.parametrize(
    "bad",
    [
        "elevenchars",
        "",
        "password1234",
        "Password!2024",
        "P4ssw0rd!!!!",
        "qwertyuiop123",
        "summersummer",
        "aaaaaaaaaaaa",
        "abababababab",
        "123456789012",
        "abcdefghijkl",
        "q" * (MAX_LENGTH + 1),
    ],
)
def test_asvs_6_2_4_short_common_and_guessable_ones_are_refused(bad):
    assert refusals(bad)


def test_asvs_6_2_11_words_of_person_and_organisation_are_refused():
    names = ("Alice Tremaine", "Brackenhythe Mutual")
    assert refusals("alice-tremaine-1", names=names)
    assert refusals("Brackenhythe!", names=names)
    assert not refusals("brackenhythe sells umbrellas on sundays", names=names)


def test_asvs_6_2_12_a_list_of_this_installation_is_refused():
    assert refusals("letmeinplease now", also=frozenset({"letmeinplease now"}))


def test_asvs_6_2_8_a_password_is_verified_exactly_as_typed():
    stored = hash_password("Three Lighthouses  Facing West ")
    assert verify_password(stored, "Three Lighthouses  Facing West ")
    assert not verify_password(stored, "Three Lighthouses  Facing West")
    assert not verify_password(stored, "three lighthouses  facing west ")
    assert not verify_password(stored, "Three Lighthouses  Facing West x")


def test_asvs_6_2_9_long_passwords_are_not_cut():
    long = "w" * 100 + "1" + "x" * 100
    stored = hash_password(long)
    assert verify_password(stored, long)
    assert not verify_password(stored, long[:72])
    assert not verify_password(stored, long[:-1] + "y")


def test_asvs_11_4_2_passwords_are_kept_as_argon2id():
    assert hash_password("three lighthouses facing west").startswith("$argon2id$")


def test_nobody_and_a_damaged_hash_verify_nothing():
    assert not verify_password(None, "three lighthouses facing west")
    assert not verify_password("not a hash", "three lighthouses facing west")


@given(st.text(max_size=300))
def test_any_text_gets_an_answer(typed):
    assert all(isinstance(sentence, str) for sentence in refusals(typed, names=(typed,)))
