"""Attributes that are computed when first asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

Value = TypeVar("Value")


class computed_once(Generic[Value]):  # noqa: N801 a decorator, named as functools names its own
    """functools.cached_property for classes that are sent to executors by value.

    That of Python 3.11 holds a lock, and what holds a lock cannot be pickled.
    """

    def __init__(self, compute: Callable[[Any], Value]) -> None:
        """Takes the method that computes the value."""
        self.compute = compute
        self.__doc__ = compute.__doc__

    def __get__(self, instance: Any, owner: type) -> Value:
        """Computes the value, which from then on stands in the instance's own dictionary."""
        value = self.compute(instance)
        instance.__dict__[self.compute.__name__] = value
        return value
