"""The Slack face: `/ukg`, the Home tab, and messages about runs. It calls services and decides nothing itself."""
