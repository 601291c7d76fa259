import pytest
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from oms.refusals import Refusal


class TooMany(Refusal):
    message = _("Monday")

    def __str__(self) -> str:
        return f"{super().__str__()} {self.facts['count']}"


class Full(Refusal):
    message = "%(shelf)s is %(percent)d %% full"


def test_text_is_made_of_the_facts() -> None:
    refused = Full(shelf="A-1", percent=100)
    assert str(refused) == "A-1 is 100 % full"
    assert refused.facts == {"shelf": "A-1", "percent": 100}


@pytest.mark.parametrize(("language", "text"), [("en", "Monday 3"), ("zh-hans", "星期一 3")])
def test_text_is_in_the_language_of_whoever_reads_it(language: str, text: str) -> None:
    refused = TooMany(count=3)
    with translation.override(language):
        assert str(refused) == text


def test_entry_points_catch_one_class() -> None:
    with pytest.raises(Refusal):
        raise Full(shelf="A-1", percent=100)
