"""Templates: how the videos made from each do, compared with each other; and one template."""
