"""Results as data: estimates, the ledger that holds them, and numbers as text."""
