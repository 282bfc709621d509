"""The guard: which planned changes must wait for a person, whatever the plan says."""

import msgspec

from core.domain.change import Decision
from core.domain.outcome import SENTENCES, Outcome, Reason


def hold_back(decision: Decision, *, complete_source: bool) -> Decision:
    """The decision, or the same held: nobody's access ends by an answer that could not be proved whole."""
    if complete_source or decision.outcome is not Outcome.ENDED:
        return decision
    return msgspec.structs.replace(
        decision, outcome=Outcome.HELD, reason=Reason.SOURCE_INCOMPLETE, detail=SENTENCES[Reason.SOURCE_INCOMPLETE]
    )
