"""Conformance kits: hand a member of an open set to its kit, and the kit says whether it keeps the promises."""
