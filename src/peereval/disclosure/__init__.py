"""Small numbers: what may leave the evaluator's machine."""
