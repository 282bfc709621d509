"""One portal of a realm: its keys, fields, members, invites, groups, courses and enrolments."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime

from core.sandbox.learnupon.records import Account, Course, Enrollment, Field, Group, Invite, Membership


@dataclass(eq=False)
class Portal:
    """A portal; lists are kept by id, in the order things came.

    url: `http://host:port` while it is served. username, password: the one active pair of API keys.
    licences: how many may be members; None is without limit.
    """

    id: int
    name: str
    title: str
    created_at: datetime
    username: str
    password: str
    parent: "Portal | None" = None
    licences: int | None = None
    url: str = ""
    fields: dict[int, Field] = field(default_factory=dict)
    members: dict[int, Membership] = field(default_factory=dict)
    invites: dict[int, Invite] = field(default_factory=dict)
    groups: dict[int, Group] = field(default_factory=dict)
    courses: dict[int, Course] = field(default_factory=dict)
    enrollments: dict[int, Enrollment] = field(default_factory=dict)
    enrollments_of: dict[int, list[Enrollment]] = field(default_factory=lambda: defaultdict(list))
    pending: dict[str, Invite] = field(default_factory=dict)  # by e-mail or username, letter case aside
    invite_tokens: dict[str, Invite] = field(default_factory=dict)
    labels: dict[str, int] = field(default_factory=dict)

    @property
    def is_full(self) -> bool:
        """Whether every licence is used."""
        return self.licences is not None and len(self.members) >= self.licences

    def field_labelled(self, label: str) -> Field | None:
        """The field with this label, letter case and spaces aside (facts/learnupon-api, section 3)."""
        found = self.labels.get(_normal(label))
        return None if found is None else self.fields[found]

    def keep_field(self, kept: Field, *, label: str | None = None) -> None:
        """Add a field, or give it another label. Raises ValueError when the label is another field's."""
        label = kept.label if label is None else label
        if self.labels.get(_normal(label), kept.id) != kept.id:
            raise ValueError(f"There is a field '{label}' already.")
        self.labels.pop(_normal(kept.label), None)
        kept.label = label
        self.labels[_normal(label)] = kept.id
        self.fields[kept.id] = kept

    def drop_field(self, dropped: Field) -> None:
        """Remove a field with everybody's values."""
        del self.fields[dropped.id]
        del self.labels[_normal(dropped.label)]
        for membership in self.members.values():
            membership.values.pop(dropped.id, None)

    def keep_invite(self, invite: Invite) -> None:
        """Add an invite that has just been sent."""
        self.invites[invite.id] = invite
        self.invite_tokens[invite.token] = invite
        self.pending[identity(invite)] = invite

    def drop_invite(self, invite: Invite) -> None:
        """Remove an invite without a trace."""
        self.settle_invite(invite)
        del self.invites[invite.id]
        del self.invite_tokens[invite.token]

    def pending_invite(self, email: str | None, username: str | None) -> Invite | None:
        """The invite that somebody has not accepted yet."""
        for name in (email, username):
            if name and name.casefold() in self.pending:
                return self.pending[name.casefold()]
        return None

    def settle_invite(self, invite: Invite) -> None:
        """An invite is no longer pending."""
        if self.pending.get(identity(invite)) is invite:
            del self.pending[identity(invite)]

    def enrol(self, enrollment_id: int, account: Account, course: Course, moment: datetime) -> Enrollment:
        """Put a user on a course."""
        enrollment = Enrollment(enrollment_id, account, course, moment)
        self.enrollments[enrollment_id] = enrollment
        self.enrollments_of[account.id].append(enrollment)
        return enrollment

    def forget(self, account: Account) -> None:
        """Remove a member with everything that goes along."""
        del self.members[account.id]
        for group in self.groups.values():
            group.members.pop(account.id, None)
        for enrollment in self.enrollments_of.pop(account.id, []):
            del self.enrollments[enrollment.id]


def identity(invite: Invite) -> str:
    """What an invite knows the invited by, letter case aside."""
    return (invite.email or invite.username or "").casefold()


def _normal(label: str) -> str:
    return "".join(label.split()).casefold()
