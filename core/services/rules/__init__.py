"""Dynamic rules of groups: drafted, previewed, run, stopped."""

from core.services.rules.drafting import set_rule
from core.services.rules.editing import EditedRule, rule_to_edit
from core.services.rules.labels import rename_label, rules_using
from core.services.rules.preview import Effect, Preview, PreviewedPerson, preview_conditions, preview_rule
from core.services.rules.running import RuleRun, run_rule, stop_rule
from core.services.rules.showing import ShownRule, list_rules, show_rule
from core.services.rules.values import HeldValue, held_values

__all__ = [
    "EditedRule",
    "Effect",
    "HeldValue",
    "Preview",
    "PreviewedPerson",
    "RuleRun",
    "ShownRule",
    "held_values",
    "list_rules",
    "preview_conditions",
    "preview_rule",
    "rename_label",
    "rule_to_edit",
    "rules_using",
    "run_rule",
    "set_rule",
    "show_rule",
    "stop_rule",
]
