"""The tree of errors a person may be shown; each carries the one sentence that they read.

UkgSyncError
├── SettingsError       bad usage, a bad setting, an unknown name          (exit 2)
├── HeldError           it waits for an admin's approval                   (exit 3)
├── OutsideError        UKG Pro or the portal failed; nothing was written   (exit 4)
└── BusyError           another run is at work, or it is too soon           (exit 5)
"""


class UkgSyncError(Exception):
    """Something went wrong; `str()` is one plain sentence: what happened, what was not changed, what to do."""


class SettingsError(UkgSyncError):
    """What was asked cannot be done as asked: usage, a setting, a name that does not exist."""


class HeldError(UkgSyncError):
    """Everything that was asked for is held until an admin approves it."""


class OutsideError(UkgSyncError):
    """An outside system could not be reached, refused, or answered incompletely."""


class BusyError(UkgSyncError):
    """The portal is being synced right now, or was synced too recently."""
