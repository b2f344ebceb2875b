"""Rounds of the census: who confirmed, certified, acknowledged, returned and closed what, and what follows from it.

A round's state is a pure function of its stored acts (state.py); who may do what is a table (acts.csv, rules.py).
"""
