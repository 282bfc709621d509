"""What can be done, by name: the menu, the palette, and the match with Slack and the command line come from here."""

from importlib import import_module

import msgspec
from textual.screen import Screen


class Flow(msgspec.Struct, frozen=True):
    """One thing to do. `name` is that of the flow in Slack and on the command line; `screen` is `module:Class` under
    `tui.screens`, loaded when it is opened."""

    name: str
    title: str
    summary: str
    area: str
    screen: str

    def open(self, slug: str) -> Screen[None]:
        """A new screen of it for the portal."""
        module, _, name = self.screen.partition(":")
        opened: Screen[None] = getattr(import_module(f"tui.screens.{module}"), name)(slug)
        return opened


FLOWS = (
    Flow("status", "Dashboard", "How the portal stands, and what wants attention", "Here", "dashboard:DashboardScreen"),
    Flow("sync", "Sync now", "Bring the portal up to date with UKG Pro, and watch it", "Sync", "syncing:SyncScreen"),
    Flow("plan", "Plans", "What a sync would change; decide on what is held", "Sync", "plans:PlansScreen"),
    Flow("runs", "Runs", "Every run, and what came of whom", "Sync", "runs:RunsScreen"),
    Flow("undo", "Undo a run", "Take back what a run changed, as a plan to look at first", "Sync", "undo:UndoScreen"),
    Flow("upcoming", "Upcoming", "Who joins, is invited or leaves in the next days", "Sync", "upcoming:UpcomingScreen"),
    Flow("people", "People", "Everyone in the portal: search, filter, open", "People", "people:PeopleScreen"),
    Flow("person", "Explain a person", "Why someone is as they are", "People", "person:FindPersonScreen"),
    Flow("pending", "Pending users", "Who has not accepted yet: resend, cancel", "People", "pending:PendingScreen"),
    Flow("export", "Export", "Everyone into a CSV file", "People", "export:ExportScreen"),
    Flow("groups", "Groups and rules", "Who belongs where, by rule", "Training", "groups:GroupsScreen"),
    Flow("courses", "Courses", "Courses, and the groups that get them", "Training", "courses:CoursesScreen"),
    Flow("map", "Mapping", "Which attribute of UKG Pro fills which field", "Settings", "mapping:MappingScreen"),
    Flow("invites", "Invite settings", "When and how new people get an account", "Settings", "invites:InvitesScreen"),
    Flow("scope", "Scope", "Who is synced at all", "Settings", "scope:ScopeScreen"),
    Flow("guard", "Guard", "How much may change before an admin is asked", "Settings", "guard:GuardScreen"),
    Flow("schedule", "Daily sync", "When the portal is synced by itself", "Settings", "schedule:ScheduleScreen"),
    Flow("channel", "Slack channel", "Where runs are told in Slack", "Settings", "channel:ChannelScreen"),
    Flow("admins", "Admins and roles", "Who may look, sync, decide", "Settings", "admins:AdminsScreen"),
    Flow("portal", "Portal settings", "Name, zone, limits; new portals", "Settings", "portal:PortalSettingsScreen"),
    Flow("connect", "Connect", "Give UKG Pro's service account, with consent", "Settings", "connect:ConnectScreen"),
    Flow("disconnect", "Disconnect", "Forget the service account", "Settings", "disconnect:DisconnectScreen"),
    Flow("audit", "Audit trail", "Who did what, and when", "Records", "audit:AuditScreen"),
)


def find_flow(name: str) -> Flow:
    """The flow of that name."""
    return next(flow for flow in FLOWS if flow.name == name)
