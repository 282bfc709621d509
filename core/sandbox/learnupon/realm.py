"""A realm: accounts that exist once, their memberships in a top-level portal and its sub-portals.

Source: facts/learnupon-api, sections 2.5 to 2.7.
"""

import heapq
import secrets
from collections.abc import Callable
from datetime import date, datetime
from itertools import count

from core.clock import now
from core.sandbox.learnupon.portal import Portal
from core.sandbox.learnupon.records import Account, Course, Field, FieldType, Group, Membership, UserType

Clock = Callable[[], datetime]


class Realm:
    """Made with the names of its portals, the top-level one first; `clock` gives aware moments.

    Ids are unique across kinds, so an id of one kind used for another finds nothing.
    """

    def __init__(self, *names: str, clock: Clock = now) -> None:
        self.clock = clock
        self.portals: dict[str, Portal] = {}
        self.accounts: dict[int, Account] = {}
        self._ids = count(1001)
        self._emails: dict[str, dict[int, Account]] = {}
        self._usernames: dict[str, dict[int, Account]] = {}
        self._expiring: list[tuple[date, int, str]] = []
        for name in names or ("top",):
            self.add_portal(name)

    @property
    def top(self) -> Portal:
        """The top-level portal."""
        return next(iter(self.portals.values()))

    def next_id(self) -> int:
        """An id nothing has."""
        return next(self._ids)

    # What an administrator sets up by hand.

    def add_portal(self, name: str, *, title: str | None = None, licences: int | None = None) -> Portal:
        """A portal with keys of its own; the first one is the top-level portal."""
        portal = Portal(
            id=self.next_id(),
            name=name,
            title=title or name.replace("-", " ").title(),
            created_at=self.clock(),
            username="",
            password="",
            parent=self.top if self.portals else None,
            licences=licences,
        )
        self.portals[name] = portal
        self.rotate_keys(portal)
        return portal

    def rotate_keys(self, portal: Portal) -> None:
        """New keys; the old ones are dead."""
        portal.username, portal.password = secrets.token_hex(10), secrets.token_hex(16)

    def add_field(self, portal: Portal, label: str, kind: FieldType = FieldType.STRING, *choices: str) -> Field:
        """A custom user data field. Raises ValueError when the label is taken."""
        added = Field(self.next_id(), kind, label, list(choices))
        portal.keep_field(added)
        return added

    def add_group(self, portal: Portal, title: str) -> Group:
        """A group without members."""
        group = Group(self.next_id(), title, self.clock())
        portal.groups[group.id] = group
        return group

    def add_to_group(self, group: Group, account: Account) -> None:
        """Make a user a member of a group, once."""
        if account.id not in group.members:
            group.members[account.id] = self.next_id()

    def add_course(self, portal: Portal, name: str) -> Course:
        """A course nobody is on."""
        course = Course(self.next_id(), name, self.clock())
        portal.courses[course.id] = course
        return course

    def add_user(
        self,
        portal: Portal,
        email: str | None,
        first_name: str | None = None,
        last_name: str | None = None,
        *,
        username: str | None = None,
        user_type: UserType = UserType.LEARNER,
    ) -> Membership:
        """A member with a new account, or with the one that the realm has."""
        account = self.account(email, username)
        if account is None:
            account = self.open_account(email, username)
            account.first_name, account.last_name = first_name, last_name
        return self.join(portal, account, user_type)

    # Accounts.

    def account(self, email: str | None, username: str | None = None, *, exact: bool = False) -> Account | None:
        """The account with this e-mail, or with this username; `exact` is by letter case too."""
        for index, name, attribute in ((self._emails, email, "email"), (self._usernames, username, "username")):
            for account in index.get(name.casefold(), {}).values() if name else ():
                if not exact or getattr(account, attribute) == name:
                    return account
        return None

    def open_account(self, email: str | None, username: str | None) -> Account:
        """A new account, a member of nothing. Whether the names are free is for the caller to see to."""
        account = Account(self.next_id(), self.clock())
        self.accounts[account.id] = account
        self.rename(account, email=email, username=username)
        return account

    def rename(self, account: Account, *, email: str | None = None, username: str | None = None) -> None:
        """Another e-mail, another username; None leaves the one there is."""
        if email is not None:
            _unlist(self._emails, account.email, account)
            account.email = email
            self._emails.setdefault(email.casefold(), {})[account.id] = account
        if username is not None:
            _unlist(self._usernames, account.username, account)
            account.username = username
            self._usernames.setdefault(username.casefold(), {})[account.id] = account

    # Memberships.

    def member(
        self, portal: Portal, email: str | None, username: str | None = None, *, exact: bool = False
    ) -> Membership | None:
        """The member of a portal with this e-mail or username; people of other portals are not seen."""
        account = self.account(email, username, exact=exact)
        return None if account is None else portal.members.get(account.id)

    def join(self, portal: Portal, account: Account, user_type: UserType = UserType.LEARNER) -> Membership:
        """Make an account a member of a portal; a member stays as they are."""
        if account.id not in portal.members:
            portal.members[account.id] = Membership(account, self.clock(), user_type)
            account.portals.add(portal.name)
        return portal.members[account.id]

    def leave(self, portal: Portal, account: Account) -> None:
        """Remove a member; leaving the top-level portal is leaving them all. The last to go takes the account along."""
        for name in tuple(account.portals) if portal.parent is None else (portal.name,):
            self.portals[name].forget(account)
            account.portals.discard(name)
        if not account.portals:
            del self.accounts[account.id]
            _unlist(self._emails, account.email, account)
            _unlist(self._usernames, account.username, account)

    def sign_in(self, membership: Membership) -> None:
        """The person signs in."""
        membership.sign_in_count += 1
        membership.last_sign_in_at = self.clock()

    def has_fixed_type(self, portal: Portal, account: Account) -> bool:
        """Whether the account is a top-level admin seen from a sub-portal."""
        above = self.top.members.get(account.id)
        return portal is not self.top and above is not None and above.user_type is UserType.ADMIN

    def user_type(self, portal: Portal, membership: Membership) -> UserType:
        """The role in a portal; a top-level admin is one everywhere."""
        return UserType.ADMIN if self.has_fixed_type(portal, membership.account) else membership.user_type

    def enable(self, portal: Portal, membership: Membership, enabled: bool) -> None:
        """Let somebody in or keep them out; keeping them out of the top-level portal keeps them out of all."""
        membership.enabled = enabled
        if enabled or portal.parent is not None:
            return
        for name in membership.account.portals:
            self.portals[name].members[membership.account.id].enabled = False

    def watch_expiry(self, portal: Portal, membership: Membership) -> None:
        """Remember to disable a member when the day of their expiry has ended."""
        if membership.account_expires is not None:
            heapq.heappush(self._expiring, (membership.account_expires, membership.account.id, portal.name))

    def end_expired(self, today: date) -> None:
        """Disable everybody whose expiry is before today."""
        while self._expiring and self._expiring[0][0] < today:
            expired, account_id, name = heapq.heappop(self._expiring)
            membership = self.portals[name].members.get(account_id)
            if membership is not None and membership.account_expires == expired and membership.enabled:
                membership.updated_at = self.clock()
                self.enable(self.portals[name], membership, False)

    @property
    def has_expiring(self) -> bool:
        """Whether anybody is waiting for the end of their expiry day."""
        return bool(self._expiring)


def _unlist(index: dict[str, dict[int, Account]], name: str | None, account: Account) -> None:
    if name is None:
        return
    listed = index[name.casefold()]
    del listed[account.id]
    if not listed:
        del index[name.casefold()]
