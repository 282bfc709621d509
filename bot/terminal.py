"""Sentences that name a command of the terminal, for people who are in Slack and can give the same one there."""

import re

# Commands that are the same in both places, but for the slash: a name and a portal. Where credentials follow, Slack
# asks for them on a page of ours.
SAME = (
    "audit",
    "connect",
    "disconnect",
    "export",
    "guard",
    "invites",
    "pending",
    "plan",
    "runs",
    "schedule",
    "scope",
    "sync",
)
_CREDENTIALS = re.compile(r"(?<![\w/`-])ukg (?:connect|learnupon) (?P<portal>[a-z0-9-]+)(?: --[a-z-]+(?: [A-Z]+)?)+")
_COMMAND = re.compile(rf"(?<![\w/`-])ukg (?P<rest>(?:{'|'.join(SAME)}) [a-z0-9-]+)(?=$|[.,;:)'\"]|\s+(?!--)[a-z(])")


def for_slack(sentence: str) -> str:
    """The sentence with such commands as they are typed in Slack; whatever takes more words stays as it is."""
    return _COMMAND.sub(r"/ukg \g<rest>", _CREDENTIALS.sub(r"/ukg connect \g<portal>", sentence))
