"""The run: observe, plan, guard, apply, report."""
