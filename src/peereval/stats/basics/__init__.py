"""What the other rooms share: pairs, moments, distributions, proportions."""
