"""What became known of many lives: the history of every call, the lines each shopper was shown, what was cut off."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tests.reliability.histories import Call, History, Outcome, effects_of
from tests.reliability.lives import Life, Told
from tests.reliability.simulation.driver import Answer, Step


@dataclass
class Chronicle:
    """Grows by what lives tell, in the order they told it."""

    history: History = field(default_factory=History)
    line_ids: dict[str, Mapping[str, str]] = field(default_factory=dict)
    """What each owner was shown last."""
    cut_off: dict[str, Step] = field(default_factory=dict)
    """The change of each owner that was under way when a life ended; its client may ask for it again."""
    fates: Counter[str] = field(default_factory=Counter)
    """How calls ended."""
    codes: Counter[str] = field(default_factory=Counter)
    """Why calls were refused."""
    kills: Counter[str] = field(default_factory=Counter)
    """Where the changes were that a kill cut off: the last point each had passed."""

    def add(self, lives: Sequence[Life], told: Sequence[Told]) -> None:
        """The lives are over."""
        under_way: dict[tuple[int, int], tuple[Call, Step]] = {}
        points: dict[tuple[int, int], str] = {}
        for each in told:
            place = (each.life, each.visit)
            if each.visit < 0:
                continue
            if each.what == "began":
                life = lives[each.life]
                step = life.visits[each.visit].steps[each.step]
                call = self.history.invoke(life.name, step.owner, *effects_of(step.effect), key=step.key)
                under_way[place] = (call, step)
                points[place] = "begin"
            elif each.what == "passed":
                points[place] = each.text
            elif each.answer is not None:
                self._end(*under_way.pop(place), each.answer)
        for place, (_, step) in under_way.items():
            self.fates["cut off"] += 1
            if step.effect is not None:
                self.kills[points[place]] += 1
                self.cut_off[step.owner] = step

    def _end(self, call: Call, step: Step, answer: Answer) -> None:
        self.fates[answer.outcome.value] += 1
        match answer.outcome:
            case Outcome.OK:
                self.history.ok(call, answer.observed, is_stale=answer.is_stale)
            case Outcome.FAILED:
                self.history.failed(call)
                self.codes[answer.code or "none"] += 1
            case Outcome.UNKNOWN:
                self.history.unknown(call)
        if answer.line_ids is not None:
            self.line_ids[step.owner] = answer.line_ids
