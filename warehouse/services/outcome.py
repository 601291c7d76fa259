"""What a station answers to a scan, as a code and facts; the phone has the words for it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Tone(StrEnum):
    """How it sounds and looks: yes, all done, a plain remark, or stop and read."""

    OK = "ok"
    DONE = "done"
    INFO = "info"
    STOP = "stop"


Fact = str | int


@dataclass(frozen=True, slots=True)
class Outcome:
    """``follow`` names rows that the page goes on with (a parcel to be labelled). ``shown`` is what
    the station has read anyway and its screen shows: then nothing is read a second time."""

    code: str
    facts: Mapping[str, Fact] = field(default_factory=dict)
    tone: Tone = Tone.OK
    follow: Mapping[str, Fact] = field(default_factory=dict)
    shown: object = None
