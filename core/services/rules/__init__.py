"""Dynamic rules of groups: drafted, previewed, run, stopped."""

from core.services.rules.drafting import set_rule
from core.services.rules.labels import rename_label, rules_using
from core.services.rules.preview import Effect, Preview, PreviewedPerson, preview_rule
from core.services.rules.running import RuleRun, run_rule, stop_rule
from core.services.rules.showing import ShownRule, list_rules, show_rule

__all__ = [
    "Effect",
    "Preview",
    "PreviewedPerson",
    "RuleRun",
    "ShownRule",
    "list_rules",
    "preview_rule",
    "rename_label",
    "rules_using",
    "run_rule",
    "set_rule",
    "show_rule",
    "stop_rule",
]
