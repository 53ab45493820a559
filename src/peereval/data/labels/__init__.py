"""Answers given as words: what a label stands for, and labels that contradict each other."""
