"""The SixtySeconds v1 dialect: analytics of a video, of the account, of the videos made from a template.

Dates are inclusive and in the workspace's time zone; seconds and rates are as `POST /v1/query` answers them, unrounded.
"""
