"""Exports of the SixtySeconds dialect: analytics of a video, the account or a template, as a JSON or CSV file."""
