"""What someone typed after `/ukg`, as words; kind to the quotes, dashes and spaces that phones make of it."""

import html
import re

_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»＂", '"'))
_LONG_DASH = re.compile(r"(?<!\S)[–—](?=\w)")  # a phone writes -- as one long dash
_WORD = re.compile(r'"([^"]*)"|([^\s"]+)')
_LINK = re.compile(r"<(?:mailto:|https?://)?([^<>|]+)(?:\|([^<>]*))?>")


def words_of(text: str) -> list[str]:
    """The words; what stands in double quotes is one, and a quote that is never closed does not count.

    Slack's own marks are taken off: `<mailto:ann@example.com|ann@example.com>` is the address, `<@U024BE7LH|ann>` is
    `@U024BE7LH`, `&amp;` is `&`. An apostrophe is a letter.
    """
    plain = html.unescape(_LINK.sub(r"\1", text)).translate(_QUOTES)
    plain = _LONG_DASH.sub("--", plain)
    return [quoted or bare for quoted, bare in _WORD.findall(plain) if quoted or bare]
