"""Those who were invited and have not accepted: a page of them, and resending or cancelling for several at once."""

from bot.blocks import any_of, button, buttons, one_line, one_of, option, pager, row, telling_at_once, written
from bot.content import Block, context, escaped, section
from bot.interactions import About, Act, Click, Form, Interactions, Modal, Values, written_down
from core.domain.errors import SettingsError
from core.domain.roles import Role
from core.services.drafts import Kept, Kind, People, change, find, keep
from core.services.invite_outcomes import REFUSED, InviteOutcome
from core.services.invites import cancel_invites, resend
from core.services.people import PendingUser, pending_users

TITLE = "Pending users"
_FORM, _PAGE, _SEARCH, _AGAIN = "pending", "pending_page", "pending_search", "pending_again"
_A_PAGE, _BOXES = 30, 10
_MOST = 300  # whoever has more looks for those that are meant
_RESEND, _CANCEL = "resend", "cancel"
_ONE = "who"


async def first_page(slug: str, role: Role, typed: str = "") -> Modal:
    """The first page of those in whose name or address there is what was typed, whose invitation is the oldest first.
    The addresses are kept in a draft, for Slack carries none of them in what it hands back."""
    users = await pending_users(slug)
    found = [user for user in users if all(word in _name(user).casefold() for word in typed.casefold().split())]
    people = People(tuple(user.email for user in found[:_MOST]))
    left = len(found) - len(people.who)
    return _page(About(slug, await keep(slug, Kind.PEOPLE, people)), people, users, role, left=left)


def _page(about: About, people: People, users: list[PendingUser], role: Role, *, left: int = 0) -> Modal:
    known = {user.email: user for user in users}
    shown = [(place, known[email]) for place, email in enumerate(people.who) if email in known]
    pages = max(1, -(-len(shown) // _A_PAGE))
    page = min(about.page, pages - 1)
    about = About(about.portal, about.draft, page=page)
    number = "Nobody has" if not users else "1 person has" if len(users) == 1 else f"{len(users)} people have"
    blocks: list[Block] = [section(f"{number} an invitation to *{about.portal}* that is not accepted yet.")]
    if left:
        blocks.append(context(f"Only the {_MOST} with the oldest invitation are listed; {left} more fit."))
    some = shown[page * _A_PAGE : (page + 1) * _A_PAGE]
    if not role.allows(Role.OPERATOR) or not users:
        lines = [f"{escaped(_name(user))}: {_state(user)}" for _, user in some]
        blocks += [row("\n".join(lines[start : start + _BOXES])) for start in range(0, len(lines), _BOXES)]
        return Modal(TITLE, [*blocks, *pager(_PAGE, page, pages)], about)
    blocks.append(telling_at_once(written(_SEARCH, "Look for a name or an address", optional=True, longest=100)))
    blocks += [] if some else [section("Nobody of them is called so.")]
    for start in range(0, len(some), _BOXES):
        boxes = some[start : start + _BOXES]
        options = [option(_name(user), str(place), _state(user)) for place, user in boxes]
        chosen = [str(place) for place in people.chosen]
        label = f"{page * _A_PAGE + start + 1} to {page * _A_PAGE + start + len(options)}"
        blocks.append(any_of(f"{_ONE}-{boxes[0][0]}-{boxes[-1][0]}", label, options, chosen))
    blocks += pager(_PAGE, page, pages)
    what = [option("Send a new link", _RESEND), option("Take the invitation back", _CANCEL)]
    blocks.append(one_of("what", "What to do with those ticked", what))
    return Modal(TITLE, blocks, about, form=_FORM, submit="Do it")


def _name(user: PendingUser) -> str:
    return one_line(f"{user.first_name} {user.last_name}".strip() + f" {user.email}", 75)


def _state(user: PendingUser) -> str:
    resent = f", resent {user.resent} times" if user.resent > 1 else ", resent once" if user.resent else ""
    if user.cancelled:
        return f"cancelled{resent}"
    if user.expired:
        return f"link is dead{resent}"
    sent = f"sent {user.sent_at:%Y-%m-%d}" if user.sent_at else "not sent yet"
    until = f", until {user.expires_at:%Y-%m-%d %H:%M} UTC" if user.expires_at else ""
    return f"{sent}{until}{resent}"


async def _search(act: Act) -> Modal:
    return await first_page(act.about.portal, act.role, act.value)


async def _turn(act: Act) -> Modal:
    kept = await find(act.about.draft, Kind.PEOPLE, People)
    people = _ticked(kept, act.values)
    await change(kept.id, people)
    users = await pending_users(kept.portal)
    return _page(About(kept.portal, kept.id, page=int(act.value)), people, users, act.role)


def _ticked(kept: Kept[People], values: Values) -> People:
    """What is ticked on the page that was shown, and what was on the others."""
    chosen = set(kept.content.chosen)
    for name in values:
        if name.startswith(f"{_ONE}-"):
            first, last = map(int, name.split("-")[1:])
            chosen -= set(range(first, last + 1))
            chosen |= {int(value) for value in values.choices(name)}
    return People(kept.content.who, tuple(sorted(chosen)))


async def _do(act: Act) -> Modal:
    kept = await find(act.about.draft, Kind.PEOPLE, People, role=Role.OPERATOR)
    people = _ticked(kept, act.values)
    emails = [people.who[place] for place in people.chosen if place < len(people.who)]
    if not emails:
        raise SettingsError("Nobody is ticked; nothing was done.")
    carry_out = resend if act.values.choice("what") == _RESEND else cancel_invites
    outcomes = await carry_out(kept.portal, emails, act.database_url)
    return _done(act.about, outcomes)


def _done(about: About, outcomes: list[InviteOutcome]) -> Modal:
    refused = [each for each in outcomes if each.outcome == REFUSED]
    done = [each for each in outcomes if each.outcome != REFUSED]
    words = [f"{len(done)} {done[0].outcome}" if done else "Nothing done"]
    words += [f"{len(refused)} refused"] if refused else []
    sentence = f"{', '.join(words)}."
    lines = [f"• {escaped(each.email)}: {each.outcome}. {escaped(each.detail)}" for each in [*refused, *done]]
    blocks: list[Block] = [section(f"*{sentence}*")]
    blocks += [section("\n".join(lines[start : start + 10])) for start in range(0, min(len(lines), 300), 10)]
    back = button("Back to the list", _AGAIN, written_down(about))
    return Modal(TITLE, [*blocks, buttons(back)], about, said=f"{about.portal}, pending users: {sentence}")


async def _again(act: Act) -> Modal:
    return await first_page(act.about.portal, act.role)


INTERACTIONS = Interactions(
    clicks=[
        Click(_SEARCH, _search),
        Click(f"{_PAGE}_back", _turn),
        Click(f"{_PAGE}_next", _turn),
        Click(_AGAIN, _again),
    ],
    forms=[Form(_FORM, _do, Role.OPERATOR)],
)
