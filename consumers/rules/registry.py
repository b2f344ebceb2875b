"""Rules by code. A rule says when its code applies, as an expression over normalised columns; true: it applies.

Severity, meaning and source of a code are in `schemas.codes`, once.
"""

from collections.abc import Callable, Mapping
from functools import cache

import polars as pl

from consumers.columns import ROW
from schemas.codes import EVENT_FINDINGS, REJECTIONS, Code

Rule = Callable[[], pl.Expr]

_RULES: dict[str, Rule] = {}


def applies(code: str) -> Callable[[Rule], Rule]:
    """Register a rule under its code."""

    def register(rule: Rule) -> Rule:
        if code in _RULES:
            raise ValueError(f"two rules for {code}")
        _RULES[code] = rule
        return rule

    return register


@cache
def _expressions(codes: tuple[Code, ...]) -> tuple[tuple[str, pl.Expr], ...]:
    return tuple((code.code, _RULES[code.code]().fill_null(value=False)) for code in codes if code.code in _RULES)


def registered() -> frozenset[str]:
    """Codes that have a rule."""
    return frozenset(_RULES)


def rejections(events: pl.DataFrame) -> Mapping[int, list[str]]:
    """Row → codes that reject it."""
    return _broken(events, REJECTIONS)


def findings(events: pl.DataFrame) -> Mapping[int, list[str]]:
    """Row → findings a single event shows about itself."""
    return _broken(events, EVENT_FINDINGS)


def _broken(events: pl.DataFrame, codes: tuple[Code, ...]) -> Mapping[int, list[str]]:
    rules = _expressions(codes)
    applied = events.select(ROW, *(expression.alias(code) for code, expression in rules))
    some = applied.filter(pl.any_horizontal(pl.exclude(ROW)))
    names = some.columns[1:]
    return {row[0]: [name for name, hit in zip(names, row[1:], strict=True) if hit] for row in some.iter_rows()}
