"""`/ukg disconnect`: forget the credentials of UKG Pro, or LearnUpon's API keys, or both; asked twice."""

from bot.blocks import button, buttons, confirmation
from bot.content import Block, Content, paragraphs
from bot.flows import Asked, Flow
from bot.interactions import About, Act, Click, Interactions, written_down
from core.domain.errors import SettingsError
from core.domain.roles import Role
from core.services.connections import disconnect
from core.services.learnupon import forget_keys
from core.services.portals import list_portals

DISCONNECT, FORGET_KEYS, FORGET_BOTH = "disconnect", "forget_keys", "forget_both"
_NO_SYNC = "No sync runs any more until it is connected again."


async def ask_disconnect(asked: Asked) -> None:
    """Ask whether it is meant, and where there are two things to forget, which."""
    slug = str(asked.portal)
    (overview,) = [each for each in await list_portals() if each.slug == slug]
    from_ukg = overview.connection not in ("none", "disconnected")
    from_learnupon = overview.learnupon not in (None, "none")
    if not from_ukg and not from_learnupon:
        raise SettingsError(f"{slug} is not connected, so there is nothing to forget; nothing was changed.")
    presses = [_press(slug, DISCONNECT, "Forget UKG Pro")] if from_ukg else []
    presses += [_press(slug, FORGET_KEYS, "Forget LearnUpon")] if from_learnupon else []
    presses += [_press(slug, FORGET_BOTH, "Forget both")] if from_ukg and from_learnupon else []
    what = [*(["UKG Pro"] if from_ukg else []), *(["LearnUpon"] if from_learnupon else [])]
    question = paragraphs(
        f"Forget the credentials of *{slug}* for {' or '.join(what)}? The daily sync stops. Learners, values and "
        "mapping stay; to go on later, connect it again."
    )
    await asked.answer(Content(question.text, [*question.blocks, buttons(*presses)]))


def _press(slug: str, what: str, words: str) -> Block:
    confirm = confirmation(f"{words}?", f"{slug}: {_NO_SYNC}", "Forget")
    return button(words, what, written_down(About(slug)), style="danger", confirm=confirm)


async def _disconnect(act: Act) -> None:
    await disconnect(act.about.portal)
    await _say(act, "is disconnected from UKG Pro; its credentials are forgotten.")


async def _forget_keys(act: Act) -> None:
    await forget_keys(act.about.portal)
    await _say(act, "writes to LearnUpon no more; its API keys are forgotten.")


async def _forget_both(act: Act) -> None:
    await forget_keys(act.about.portal)  # first, since a sync that is under way stands in its way
    await disconnect(act.about.portal)
    await _say(act, "is disconnected from UKG Pro and from LearnUpon; the credentials of both are forgotten.")


async def _say(act: Act, done: str) -> None:
    said = f"{act.about.portal} {done} No sync runs until it is connected again. Learners, values and mapping stay."
    await act.answer(paragraphs(said), replace=True)


FLOW = Flow("disconnect", "Forget the credentials of UKG Pro or LearnUpon", ask_disconnect, role=Role.ADMIN)
INTERACTIONS = Interactions(
    clicks=[
        Click(DISCONNECT, _disconnect, Role.ADMIN),
        Click(FORGET_KEYS, _forget_keys, Role.ADMIN),
        Click(FORGET_BOTH, _forget_both, Role.ADMIN),
    ]
)
