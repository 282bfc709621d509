"""Pure rules: who someone is, what should happen to their account, and why. No I/O, no clock, no framework."""
