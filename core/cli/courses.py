"""`ukg course`: courses, and the groups that give them."""

from typing import TYPE_CHECKING, Annotated

import typer

from core.cli.own_lists import show_own_list
from core.cli.session import in_store

if TYPE_CHECKING:
    from core.services.courses import ListedCourse

course = typer.Typer(help="Courses: add, publish, give to groups.", no_args_is_help=True)
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.add_typer(course, name="course")


@course.command("add")
def course_add(
    slug: str, title: str, draft: Annotated[bool, typer.Option("--draft", help="Not published yet.")] = False
) -> None:
    """Add a course."""

    async def work(url: str) -> None:
        from core.services import courses

        await courses.add_course(slug, title, draft=draft)

    in_store(work)
    typer.echo(
        f"Course {title} is there{', unpublished' if draft else ''}. Next: ukg course assign {slug} '{title}' GROUP"
    )


@course.command("list")
def course_list(slug: str, as_json: AsJson = False) -> None:
    """List the courses of a portal."""

    async def rows() -> "list[ListedCourse]":
        from core.services import courses

        return await courses.list_courses(slug)

    columns = ("Course", "Published", "Groups", "Enrolments")
    show_own_list(slug, "COURSES", rows, columns, _cells, as_json=as_json)


def _cells(row: "ListedCourse") -> tuple[str, ...]:
    enrolments = ", ".join(f"{number} {status.replace('_', ' ')}" for status, number in row.enrolments.items())
    return row.title, "yes" if row.published else "no", ", ".join(row.groups), enrolments


@course.command("publish")
def course_publish(slug: str, title: str) -> None:
    """Let a course take enrolments; the members of its groups are enrolled."""

    async def work(url: str) -> int:
        from core.services import courses

        return await courses.publish_course(slug, title)

    number = in_store(work)
    typer.echo(f"Course {title} is published; {_people(number)} enrolled on it.")


@course.command("unpublish")
def course_unpublish(slug: str, title: str) -> None:
    """Take no more enrolments; those there are stay."""

    async def work(url: str) -> int:
        from core.services import courses

        return await courses.unpublish_course(slug, title)

    number = in_store(work)
    typer.echo(f"Course {title} takes no more enrolments; {_people(number)} enrolled on it still.")


@course.command("assign")
def course_assign(slug: str, title: Annotated[str, typer.Argument(metavar="COURSE")], group: str) -> None:
    """Give a course to a group: its members, now and later, are enrolled."""

    async def work(url: str) -> int:
        from core.services import courses

        return await courses.assign_course(slug, title, group)

    number = in_store(work)
    typer.echo(f"{group} has the course {title}; {_people(number)} enrolled through this group.")


@course.command("withdraw")
def course_withdraw(
    slug: str,
    title: Annotated[str, typer.Argument(metavar="COURSE")],
    group: str,
    keep_enrolments: Annotated[
        bool, typer.Option("--keep-enrolments", help="Let those who are enrolled finish.")
    ] = False,
) -> None:
    """Take a course off a group."""

    async def work(url: str) -> int:
        from core.services import courses

        return await courses.withdraw_course(slug, title, group, keep_enrolments=keep_enrolments)

    number = in_store(work)
    typer.echo(f"{group} no longer has the course {title}; {number} enrolment{'s' if number != 1 else ''} removed.")


@course.command("mark")
def course_mark(
    slug: str,
    title: Annotated[str, typer.Argument(metavar="COURSE")],
    email: str,
    status: Annotated[
        str, typer.Argument(help="not_started, in_progress, completed, passed, failed or pending_review.")
    ],
) -> None:
    """Say how far someone is with a course."""

    async def work(url: str) -> None:
        from core.cli.arguments import one_of
        from core.domain.enrolment import EnrolmentStatus
        from core.services import courses

        await courses.set_enrolment_status(slug, email, title, one_of(EnrolmentStatus, status, "STATUS"))

    in_store(work)
    typer.echo(f"{email} on {title}: {status.replace('_', ' ')}.")


def _people(number: int) -> str:
    return "1 person is" if number == 1 else f"{number} people are"
