"""Statistics of change: arrays in, frozen results out."""
