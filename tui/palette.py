"""The command palette: every flow by its name, and what the screen in view can do."""

from collections.abc import Callable, Iterator
from functools import partial

from textual.command import DiscoveryHit, Hit, Hits, Provider

from tui.dialogs.help import self_key
from tui.flows import FLOWS


class Actions(Provider):
    """Everything that can be done from here."""

    async def discover(self) -> Hits:
        """All of it."""
        for title, about, run in self._all():
            yield DiscoveryHit(title, run, help=about)

    async def search(self, query: str) -> Hits:
        """What fits the words typed."""
        matcher = self.matcher(query)
        for title, about, run in self._all():
            score = max(matcher.match(title), matcher.match(about) * 0.8)
            if score > 0:
                yield Hit(score, matcher.highlight(title), run, help=about)

    def _all(self) -> Iterator[tuple[str, str, Callable[[], object]]]:
        for active in self.screen.active_bindings.values():
            binding = active.binding
            if active.enabled and binding.description and binding.show:
                yield (
                    f"Here: {binding.description}",
                    f"key {self_key(binding.key, binding.key_display)}",
                    partial(self._press, active.node, binding.action),
                )
        for flow in FLOWS:
            yield f"{flow.area}: {flow.title}", flow.summary, partial(self.app.run_action, f"flow('{flow.name}')")
        yield "Portal: first steps", "what is left to set up", partial(self.app.run_action, "first_steps")
        yield (
            "Change theme",
            "colours, dark and light; ansi-dark and ansi-light use your terminal's own",
            partial(self.app.run_action, "change_theme"),
        )
        yield "Portal: open another", "every portal you have a role in", partial(self.app.run_action, "portal")
        yield "Quit", "asked first where something typed would be lost", partial(self.app.run_action, "quit")

    async def _press(self, node: object, action: str) -> None:
        await self.app.run_action(action, default_namespace=node)  # type: ignore[arg-type]
