"""The pictures in the README are those of what is really sent."""

from tests.bot.pictures import MOMENT, PICTURES, taken


async def test_each_picture_shows_what_the_app_sends_now(tmp_path, set_clock):
    set_clock(MOMENT)
    pictures = await taken(tmp_path)
    assert {path.name for path in PICTURES.glob("slack-*.svg")} == set(pictures)
    changed = [name for name, svg in pictures.items() if (PICTURES / name).read_text(encoding="utf-8") != svg]
    assert not changed, "draw them anew: python -m tests.bot.pictures"
