"""The Wistia v1 dialect: the Stats API, and what its clients call of the Data API. Fields after Wistia's reference.

Numbers over nothing are 0 here, as Wistia's examples know no null there; what is not known of a visitor, a place or a
picture is null. Moments are UTC to the second, dates are days in the workspace's time zone, both inclusive.
"""
