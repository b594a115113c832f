"""The tables that commands make from other people's data are what these commands make; Babel is for developers."""

import re

import pytest

from tests.test_house import ROOT

pytest.importorskip("babel", reason="make dev installs Babel, from which the tables are made")

from pipeline.tools import abroad, cldr


def test_babel_is_locked_for_all_who_run_the_tests():
    lock = (ROOT / "requirements" / "dev.lock").read_text(encoding="utf-8")
    assert re.search(r"^babel==2\.18\.0 ", lock, re.M)
    assert "\nbabel==" not in (ROOT / "requirements" / "run.lock").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("made", "shipped"), [(cldr.pay_lines, cldr.PAY), (cldr.posted_lines, cldr.POSTED)], ids=["pay", "posted"]
)
def test_the_words_of_pay_and_of_dates_are_what_the_command_makes(made, shipped):
    assert shipped.read_text(encoding="utf-8") == "".join(f"{line}\n" for line in made())


def test_the_names_of_other_languages_are_what_the_command_makes():
    assert abroad.TARGET.read_text(encoding="utf-8") == abroad.build()
