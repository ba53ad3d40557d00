"""Webhooks: what is told to other people's servers, how it is signed, and how it gets there safely.

`videos.services.webhooks` says who is told what.
"""
