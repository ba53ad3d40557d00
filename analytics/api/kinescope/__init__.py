"""The Kinescope v1 dialect: `analytics/overview`, `analytics` and `analytics/referrers`.

Parameters and error codes after Kinescope's article "Analytics"; `group`, `group_entities` and `fields` are what its
current clients send. Dates are in the workspace's time zone, both inclusive; seconds of watch time are floats.
"""
