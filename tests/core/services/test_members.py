"""The members of a group, read a page at a time."""

from core.services.groups import add_group, change_members, group_members
from core.services.members import count_members, members_page


async def test_pages_of_members_are_together_everyone_by_e_mail(acme, add_learner):
    await add_group("acme", "Team")
    names = ["dan", "Bea", "cleo", "ann"]
    for name in names:
        await add_learner(f"{name}@example.com", first_name=name.title(), last_name="Lee")
    await add_learner("eve@example.com")
    await change_members("acme", "Team", add=[f"{name}@example.com" for name in names])
    pages = [await members_page("acme", "team", "", offset, 3) for offset in (0, 3, 6)]
    assert [len(page) for page in pages] == [3, 1, 0]
    assert [member for page in pages for member in page] == await group_members("acme", "Team")
    assert await count_members("acme", "Team") == 4


async def test_each_word_is_looked_for_in_names_and_e_mail(acme, add_learner):
    await add_group("acme", "Team")
    for name in ("ann", "bea"):
        await add_learner(f"{name}@example.com", first_name=name.title(), last_name="Lee")
    await change_members("acme", "Team", add=["ann@example.com", "bea@example.com"])
    assert [member.name for member in await members_page("acme", "Team", "lee ANN", 0, 10)] == ["Ann Lee"]
    assert await count_members("acme", "Team", "lee ann") == 1
    assert await count_members("acme", "Team", "100%") == 0
