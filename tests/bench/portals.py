"""Admins for the portal `bench`; or a database with many portals, each with one admin and a company of its own.

    python -m tests.bench.portals DATABASE USERS
    python -m tests.bench.portals DATABASE USERS URL …

Made by one process, since one for each command would take minutes. Prints how many portals it made, as JSON.
"""

import json
import sys
from collections.abc import Sequence

from core.cli.session import database_option, in_store
from core.domain.roles import Role
from core.services.admins import set_admin
from core.services.connections import checked_credentials, connect
from core.services.portals import change_portal, create_portal

USER, PASSWORD, CUSTOMER_API_KEY = "svc-ukg-sync", "sandbox-password", "SBX01"


async def _admins(users: Sequence[str]) -> None:
    for user in users:
        await set_admin("bench", user, Role.ADMIN, slack_user=user)


async def _portals(database: str, users: Sequence[str], urls: Sequence[str]) -> None:
    for number, (user, url) in enumerate(zip(users, urls, strict=False)):
        slug = f"portal-{number}"
        await create_portal(slug)
        await change_portal(slug, manual_sync_minutes=0)
        await set_admin(slug, user, Role.ADMIN, slack_user=user)
        account = checked_credentials(
            url=url, user=USER, password=PASSWORD, customer_api_key=CUSTOMER_API_KEY, user_api_key=None
        )
        await connect(slug, account, database)


if __name__ == "__main__":
    path, users_given, *urls_given = sys.argv[1:]
    named = users_given.split()
    database_option.set(path)
    in_store(lambda url: _portals(url, named, urls_given) if urls_given else _admins(named), must_exist=False)
    print(json.dumps({"portals": len(urls_given)}))
