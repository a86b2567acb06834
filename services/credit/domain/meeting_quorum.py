"""Did enough members come to the village meeting? At least two thirds (credit rules 2.4)."""


def meeting_quorum(present: int, members: int, at_least: int, of: int) -> bool:
    """At least `at_least` of every `of` members, by cross-multiplication; nobody beyond the members counts."""
    return 0 < present <= members and present * of >= at_least * members
