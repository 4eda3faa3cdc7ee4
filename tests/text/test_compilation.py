"""When loops are said to be compiled."""

from numba import njit

from holdfast.text.compilation import tells_of_compiling


def test_compiling_is_told_once_and_only_when_it_is_done() -> None:
    """A loop that is there already is not said to be compiled."""
    said: list[str] = []
    loops = [njit(lambda number: number + 1), njit(lambda number: number * 2)]
    for _ in range(2):
        with tells_of_compiling(lambda: said.append("compiling")):
            assert [loop(3) for loop in loops] == [4, 6]
    assert said == ["compiling"]
