"""From a file to a Study: reading, checking and matching."""
