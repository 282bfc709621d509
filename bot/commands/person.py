"""`/ukg person`: one person in five steps, and why; seen by the asker alone."""

from bot.blocks import button, buttons, confirmation
from bot.content import Content
from bot.flows import Asked, Flow
from bot.interactions import About, Act, Click, Interactions, written_down
from bot.person_words import explained, synced
from core.domain.errors import SettingsError
from core.domain.roles import Role
from core.services.drafts import Kind, People, find, keep
from core.services.history import report_run
from core.services.person import explain_person, sync_person
from core.services.slack_people import portals_of

SYNC = "sync_person"


async def answer_person(asked: Asked) -> None:
    """Answer with the five steps; an operator gets a button to sync the person now."""
    if not asked.words:
        raise SettingsError("Say who: `/ukg person E-MAIL`, or an employee id. Nothing was done.")
    slug, who = str(asked.portal), " ".join(asked.words)
    explanation = await explain_person(slug, who, asked.database_url)
    content = explained(explanation)
    roles = await portals_of(asked.user)
    if explanation.found.employee_id is not None and roles[slug].allows(Role.OPERATOR):
        draft = await keep(slug, Kind.PEOPLE, People((explanation.found.employee_id,)))
        content = Content(content.text, [*content.blocks, buttons(_sync_button(About(slug, draft)))])
    await asked.answer(content)


def _sync_button(about: About) -> dict[str, object]:
    confirm = confirmation(
        "Sync this person?",
        "Their record is read from UKG Pro again, and what step 5 says is written, if it still holds. The guard counts "
        "it like any other change.",
        "Sync",
    )
    return button("Sync this person now", SYNC, written_down(about), confirm=confirm)


async def _sync(act: Act) -> None:
    kept = await find(act.about.draft, Kind.PEOPLE, People, role=Role.OPERATOR)
    run = await sync_person(kept.portal, kept.content.who[0], act.database_url)
    await act.answer(synced(await report_run(run.id)))


FLOW = Flow(
    "person",
    "Explain one person: found, linked, mapped, decided, would write",
    answer_person,
    usage="[portal] E-MAIL_OR_ID",
    takes_words=True,
)
INTERACTIONS = Interactions(clicks=[Click(SYNC, _sync, Role.OPERATOR)])
