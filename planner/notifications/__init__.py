"""E-mail to the owners of content: somebody made them the owner, moved its date, or it is overdue.

`noting` writes down what happened, in the transaction in which it happens; `overdue` finds what only time made true;
`sending` sends one e-mail per receiver, of what `message` finds to hold still. What a screen says right after a move is
something else: `planner/views/notices.py`.

Owners of journeys get a digest once a week: `digest` writes it, `digest_sending` sends it.
"""
