"""A database that fails while it is in use, in a sentence, for faces that stay open meanwhile."""

_DRIVERS = ("sqlite3", "psycopg", "psycopg_pool")


def database_sentence(error: BaseException) -> str | None:
    """What to tell a person if the database failed; None when it was something else."""
    from tortoise.exceptions import DBConnectionError, OperationalError

    if isinstance(error, OperationalError) and "locked" in str(error):
        return "The database is busy: another process is writing. Nothing was changed; try again in a moment."
    ours = isinstance(error, OperationalError | DBConnectionError)
    if not ours and type(error).__module__.partition(".")[0] not in _DRIVERS:
        return None
    return (
        "The database failed while it was in use. What was written before stays; see that it is there, has room and "
        "may be written, then try again."
    )
