"""What is said of a plan that waits for an approval: why, whom it concerns, and who decided."""

from datetime import timedelta

from bot.blocks import button, buttons, confirmation
from bot.content import Content, context, escaped, moment, section
from bot.interactions import About, written_down
from bot.posts.saying import NothingToSay, Saying
from core.services.approving import Decision, ToDecide, to_decide
from core.services.slack_channels import admins_to_tell
from core.services.slack_posts import Post

APPROVE, RELEASE, REJECT = "approve_plan", "release_some", "reject_plan"
_LOOK_AFTER = timedelta(seconds=30)
_MENTIONED = 5
_OVER = {
    "approved": "",
    "rejected": "",
    "applied": "What it let through is written.",
    "replaced": "A newer look at everyone took its place, so there is nothing to decide here any more.",
    "expired": "It has expired: nothing of it can be applied any more. The next sync makes a new one.",
}


async def say_held(post: Post) -> Saying:
    """The plan as it stands; raises `NothingToSay` when it is over before it was ever shown."""
    plan = await to_decide(post.about)
    if plan.state != "open" and post.ts is None and not plan.decisions:
        raise NothingToSay
    is_open = plan.state == "open"
    users = await admins_to_tell(plan.portal) if is_open and post.channel[:1] in "CG" else []
    mentions = " ".join(f"<@{user}>" for user in users[:_MENTIONED])
    lines = _why(plan) + (_people(plan) if is_open else []) + [decided(each) for each in plan.decisions]
    if not is_open and _OVER.get(plan.state):
        lines.append(_OVER[plan.state])
    text = "\n".join(lines)
    head = f"{mentions} {text}".strip()
    small = _small(plan)
    blocks = [section(head)]
    if is_open:
        blocks.append(_buttons(plan))
    content = Content(f"{head}\n{small}", [*blocks, context(small)])
    return Saying(content, settled=not is_open, look_after=_LOOK_AFTER)


def decided(decision: Decision) -> str:
    """Who decided what, and when."""
    who = f"<@{decision.slack_user}>" if decision.slack_user else escaped(decision.by)
    part = f" ({decision.part})" if decision.part else ""
    verb = "released some" if part and decision.decision == "approved" else decision.decision
    return f"*{who} {verb}{part}*, {moment(decision.at)}."


def _why(plan: ToDecide) -> list[str]:
    number = f"{plan.number:,} change{'' if plan.number == 1 else 's'}" if plan.number else ""
    what = ", ".join(f"{people:,} {outcome}" for outcome, people in plan.held.items())
    if plan.state != "open":
        head = f"*Held changes of {plan.portal}* (plan {plan.plan})"
    elif number:
        head = f"*{number} of {plan.portal} wait for an approval:* {what}."
    else:
        head = f"*UKG Pro's answer for {plan.portal} has to be vouched for before anything follows from it.*"
    return [head, *(escaped(sentence) for sentence in plan.why)]


def _people(plan: ToDecide) -> list[str]:
    names = [f"• {escaped(each.name or each.employee_id)} ({each.employee_id}): {each.outcome}" for each in plan.people]
    left = plan.number - len(names)
    return [*names, *([f"… and {left:,} more, in the file in the thread."] if left > 0 else [])]


def _small(plan: ToDecide) -> str:
    asked = f"Asked for by {escaped(plan.asked_by)}. " if plan.asked_by else ""
    until = f"To be decided until {moment(plan.expires_at)}. " if plan.expires_at and plan.state == "open" else ""
    other = "Another admin than who asked has to decide. " if plan.second_approver and plan.state == "open" else ""
    return f"{asked}{until}{other}Plan {plan.plan}"


def _buttons(plan: ToDecide) -> dict[str, object]:
    value = written_down(About(plan.portal, subject=f"{plan.plan} {plan.hash}"))
    changes = f"{plan.number:,} change{'' if plan.number == 1 else 's'}"
    through = f"{changes} will be made in {plan.portal}." if plan.number else "What UKG Pro said will be believed."
    approve = confirmation("Approve all of it?", f"{through} This is written in your name.", "Approve")
    reject = confirmation("Reject it?", "Nothing more of this plan can be applied then.", "Reject")
    elements = [button("Approve", APPROVE, value, style="primary", confirm=approve)]
    if plan.number > 1:
        elements.append(button("Release some…", RELEASE, value))
    elements.append(button("Reject", REJECT, value, style="danger", confirm=reject))
    return buttons(*elements)
