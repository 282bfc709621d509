"""What someone may do in a portal (design, section 7)."""

from enum import StrEnum


class Role(StrEnum):
    """A role; each may do all that the one before it may."""

    VIEWER = "viewer"
    OPERATOR = "operator"
    ADMIN = "admin"

    def allows(self, needed: "Role") -> bool:
        """Whether this role is enough where `needed` is asked for."""
        return _ORDER.index(self) >= _ORDER.index(needed)


_ORDER = list(Role)
