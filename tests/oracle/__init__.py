"""A slow, independent statement of METRICS.md in plain Python, for the tests to compare the product with.

Nothing here imports the product. Every sum and comparison is exact (integers of milliseconds, fractions);
floats appear only in the numbers handed out.
"""
