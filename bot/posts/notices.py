"""What is said of a notice: loudly, for the admins who can do something about it."""

from datetime import timedelta

from bot.content import Content, escaped, section
from bot.posts.saying import NothingToSay, Saying
from bot.terminal import for_slack
from core.services.notices import Kind, find_notice
from core.services.slack_channels import admins_to_tell
from core.services.slack_posts import Post

_MENTIONED = 5
_LOOK_AFTER = timedelta(minutes=1)


async def say_notice(post: Post) -> Saying:
    """The notice; raises `NothingToSay` when it is over before anybody could be told of a channel that is shut."""
    notice, holds = await find_notice(int(post.about))
    if not holds and notice.kind == Kind.SLACK_UNREACHABLE:
        raise NothingToSay
    mentions = ""
    if post.channel[:1] in "CG":
        mentions = " ".join(f"<@{user}>" for user in (await admins_to_tell(notice.portal))[:_MENTIONED])
    over = "" if holds else "\nThis is over."
    head = f"*{notice.portal} needs somebody.*" if holds else f"*{notice.portal} needed somebody.*"
    text = f"{mentions} {head} {escaped(for_slack(notice.sentence))}{over}".strip()
    return Saying(Content(text, [section(text)]), settled=not holds, look_after=_LOOK_AFTER)
