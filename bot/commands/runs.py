"""`/ukg runs`: a portal's latest runs."""

from bot.content import Content, context, joined, paragraphs
from bot.flows import Asked, Flow
from bot.run_words import told
from core.services.history import list_runs

_MOST = 10


async def answer_runs(asked: Asked) -> None:
    """Answer with the latest runs, the newest first."""
    slug = str(asked.portal)
    runs = await list_runs(slug, limit=_MOST)
    if not runs:
        await asked.answer(paragraphs(f"There was no run of {slug} yet."))
        return
    lines = "\n".join(f"`{run.run}` {told(run)}" for run in runs)
    hint = "Everyone in a run, with reasons: `ukg run show RUN_ID`"
    await asked.answer(joined(paragraphs(f"*Latest runs of {slug}*\n{lines}"), Content(hint, [context(hint)])))


FLOW = Flow("runs", "List the latest runs", answer_runs)
