"""Snippet types as sites define them, for tests: without drafts, with other keys, with editors of their own."""
