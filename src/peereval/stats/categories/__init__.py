"""Categories before and after: bands, answers, yes and no."""
