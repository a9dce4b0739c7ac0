"""The example package of wheelaudit's tests: a compiled module and a few lines of Python."""

from ._core import add, apply, checksum, greet, length, operation_count, total

__all__ = ["add", "apply", "checksum", "greet", "length", "operation_count", "self_test", "total"]


def self_test():
    """Every function once; raises AssertionError where a value is wrong."""
    import zlib

    assert add(40, 2) == 42
    assert greet("wheel") == "hello, wheel"
    assert total([1, 2, 3.5]) == 6.5
    assert checksum(b"wheelaudit") == zlib.adler32(b"wheelaudit")
    assert length(3, 4) == 5.0
    assert apply(0, "a", "b") == "ab" and apply(1, 6, 7) == 42
    try:
        greet("")
    except ValueError as error:
        assert str(error) == "a name is needed"
    else:
        raise AssertionError("greet('') must raise")
    return "ok"
