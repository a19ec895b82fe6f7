"""Needs results/tables. Makes results/figures."""


rule figures:
    input:
        [],
