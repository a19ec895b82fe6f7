"""Shifted test sets: one folder per suite, one file per shift; kernels that shifts share are next to the folders."""
