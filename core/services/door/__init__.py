"""The learners' door: accepting an invitation, passwords, signing in, what a learner sees of themselves.

Faces call these functions with a portal; who acts here is the learner, who needs no role, and whom the audit trail
names by their e-mail.
"""

from core.services.door.links import accept_path, reset_path

__all__ = ["accept_path", "reset_path"]
