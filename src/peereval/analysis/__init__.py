"""Where a plan meets a study: scores, statistics and verdicts become ledger rows."""
