"""Loops as machine code that is kept on disk: the same as in Python, and never run when the file is not sound."""

import os
import struct
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.screen.kernels.edits import length_of, popcount, span
from holdfast.screen.kernels.nearness import sort
from holdfast.screen.spellings import spelled
from holdfast.text.kernels import alignment_cost, sound_distance
from holdfast.text.loops import machine, storage
from holdfast.text.loops.arguments import Held, hollow, laid
from holdfast.text.loops.kernel import Kernel, tells_of_compiling
from holdfast.text.sound import _codes, costs
from holdfast.text.transliteration import _latin, laid_out, models, room, units

KEY = bytes(range(32))


class Part(NamedTuple):
    first: np.ndarray[Any, Any]
    share: int


@settings(max_examples=100, deadline=None)
@given(st.text("aeiouptkszfSCxhwyrlmnN1", max_size=12), st.text("aeiouptkszfSCxhwyrlmnN1", max_size=12))
def test_a_loop_returns_what_it_returns_as_python(one: str, other: str) -> None:
    """To the last bit."""
    arguments = tuple(held.value for held in (_codes(one), _codes(other), *costs(0.3)))
    made, plain = np.empty(len(other) + 1), np.empty(len(other) + 1)
    assert sound_distance(*arguments, made) == sound_distance.law(*arguments, plain)
    assert made.tolist() == plain.tolist()


@settings(max_examples=50, deadline=None)
@given(
    st.text("абвгдежиклмнорстушщя", min_size=1, max_size=9), st.text("abdeghijklm", min_size=1, max_size=9)
)
def test_a_loop_over_tables_returns_what_it_returns_as_python(native: str, latin: str) -> None:
    """Tuples of arrays, arrays of two dimensions, and numbers among them."""
    model = models()["cyrillic"]
    laid, letters = laid_out([(model, units(native, "cyrillic"))]), _latin(latin)[0].value
    arguments = (laid, 0, len(native), model.table.value, letters, 0, len(letters), 1e6, room())
    assert alignment_cost(*arguments) == pytest.approx(alignment_cost.law(*arguments), rel=1e-12)


@given(st.lists(st.integers(-(2**31), 2**31 - 1), max_size=40))
def test_a_loop_writes_into_the_arrays_that_it_is_given(values: list[int]) -> None:
    """Also where an array is a part of another one."""
    whole = np.array([7, *values, 7], dtype=np.int32)
    sort(whole[1:-1], len(values))
    assert whole.tolist() == [7, *sorted(values), 7]


def test_arguments_are_laid_in_a_row_in_their_order() -> None:
    """Arrays by address and shape; whole numbers by their bits, of any sign."""
    array = np.zeros((3, 2))
    given = (Part(array, -1), (0.5, (np.float32(2), np.uint64(2**64 - 1)), True))
    kind, row = laid(given)
    assert struct.unpack("3qqddQq", row) == (array.ctypes.data, 3, 2, -1, 0.5, 2.0, 2**64 - 1, 1)
    assert laid((Held(given[0]), given[1])) == (kind, row)
    array.flags.writeable = False
    assert laid(given) == (kind, row)


def test_a_hollow_value_has_the_type_of_the_full_one() -> None:
    """So that it can be compiled for without the contents."""
    value = (Part(np.ones((2, 3), dtype=np.uint8), 4), (1.5, np.uint64(7)), True)
    assert (
        laid(hollow(value))[0]
        == laid(value)[0]
        == laid(hollow((Held(value),)))[0].removeprefix("tuple(").removesuffix(")")
    )
    assert hollow(value)[0].first.size == 0


def test_a_process_that_runs_loops_does_without_numba() -> None:
    """Once they are compiled."""
    sort(np.zeros(2, dtype=np.int32), 2)
    program = (
        "import sys, numpy as np; from holdfast.screen.kernels.nearness import sort; a = np.array([2, 1], dtype=np.int32);"
        "sort(a, 2); print(a.tolist(), sorted({'numba', 'subprocess'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[1, 2] []"


def test_other_arguments_are_another_loop() -> None:
    """The same function for numbers of another type, and back; tuples that are held are what they hold."""
    assert length_of(Held(spelled(["one", "eleven"])), 1) == length_of(spelled(["one", "eleven"]), 1) == 6
    for kind in (np.int32, np.int64, np.int32):
        values = np.array([3, 1, 2], dtype=kind)
        sort(values, 3)
        assert values.tolist() == [1, 2, 3]


def test_an_array_with_gaps_is_refused_and_left_alone() -> None:
    """Machine code would read what is not its own."""
    sort(np.zeros(2, dtype=np.int32), 2)
    values = np.array([3, 0, 2, 0, 1, 0], dtype=np.int32)
    with pytest.raises(TypeError, match="gaps"):
        sort(values[::2], 3)
    with pytest.raises(TypeError, match="byte order"):
        sort(values.astype(values.dtype.newbyteorder()), 6)
    assert values.tolist() == [3, 0, 2, 0, 1, 0]


def test_a_loop_that_cannot_be_kept_is_left_to_numba() -> None:
    """It returns two numbers at once."""
    starts = np.array([0, 3, 5], dtype=np.uint32)
    assert span(starts, 1) == (3, 5)
    assert span(starts, 0) == (0, 3)


def test_compiling_is_told_once_and_only_when_it_is_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A loop that is kept already is not said to be compiled."""
    monkeypatch.setattr(storage, "folder_for", lambda _source: tmp_path)
    said: list[str] = []
    for bits in (5, 7, 5):
        with tells_of_compiling(lambda: said.append("compiling")):
            assert Kernel(popcount.law)(np.uint64(bits)) == bits.bit_count()
    assert said == ["compiling"]
    assert len(list(tmp_path.iterdir())) == 1


def test_a_damaged_file_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever became of it."""
    monkeypatch.setattr(storage, "folder_for", lambda _source: tmp_path)
    Kernel(popcount.law)(np.uint64(1))
    (file,) = tmp_path.iterdir()
    sound = file.read_bytes()
    file.write_bytes(sound[:-1] + b"\xcc")
    assert Kernel(popcount.law)(np.uint64(7)) == 3
    assert file.read_bytes() != sound[:-1] + b"\xcc"
    assert Kernel(popcount.law)(np.uint64(3)) == 2


def test_without_a_folder_or_a_compiler_of_its_own_numba_does_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A package that was installed by another user, and an interpreter that cannot be called."""
    monkeypatch.setattr(storage, "folder_for", lambda _source: None)
    assert Kernel(popcount.law)(np.uint64(7)) == 3
    assert Kernel(length_of.law)(Held(spelled(["one", "eleven"])), 1) == 6
    monkeypatch.setattr(storage, "folder_for", lambda _source: tmp_path)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "nothing"))
    assert Kernel(popcount.law)(np.uint64(7)) == 3
    assert not list(tmp_path.iterdir())


def test_threads_and_forked_processes_share_a_loop() -> None:
    """The code is never written after it is mapped."""
    numbers = [np.uint64(7 * number) for number in range(400)]
    expected = [int(number).bit_count() for number in numbers]
    fresh = Kernel(popcount.law)
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(fresh, numbers)) == expected
    program = (
        "import os, numpy as np; from holdfast.screen.kernels.edits import popcount\n"
        "assert popcount(np.uint64(3)) == 2\n"
        "child = os.fork()\n"
        "if not child: os._exit(popcount(np.uint64(7)))\n"
        "print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "3"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "some.loop"
    storage.keep(bytes(range(200)), path, KEY)
    return path


def test_a_kept_file_is_found(file: Path) -> None:
    """With its key alone."""
    assert storage.find(file, KEY) == bytes(range(200))
    assert storage.find(file, bytes(32)) is None
    assert storage.find(file.with_name("other.loop"), KEY) is None
    assert [path.name for path in file.parent.iterdir()] == ["some.loop"]


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_a_file_that_is_cut_longer_or_changed_counts_as_none(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """At any place."""
    path = tmp_path_factory.getbasetemp() / "some.loop"
    storage.keep(bytes(range(100)), path, KEY)
    sound = path.read_bytes()
    place = data.draw(st.integers(0, len(sound) - 1))
    for damaged in (
        sound[:place],
        sound[:place] + bytes([sound[place] ^ data.draw(st.integers(1, 255))]) + sound[place + 1 :],
        sound + data.draw(st.binary(min_size=1, max_size=9)),
    ):
        path.write_bytes(damaged)
        assert storage.find(path, KEY) is None


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="rights of a user and of others")
def test_a_file_that_others_may_write_counts_as_none(file: Path) -> None:
    """Or that is another user's."""
    for mode in (0o646, 0o664):
        file.chmod(mode)
        assert storage.find(file, KEY) is None
    file.chmod(0o644)
    assert storage.find(file, KEY) is not None
    if os.geteuid() == 0:
        os.chown(file, 12345, 12345)
        assert storage.find(file, KEY) is None


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="rights of a user and of others")
def test_a_folder_of_everybody_is_not_written_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The user's caches are, and made when they are not there."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))
    beside = tmp_path / "package" / "__pycache__"
    beside.mkdir(parents=True)
    assert storage.folder_for(beside.parent / "source.py") == beside
    beside.chmod(0o777)
    caches = storage.folder_for(beside.parent / "source.py")
    assert caches == tmp_path / "caches" / "holdfast" / "loops"
    assert caches.stat().st_mode & 0o077 == 0
    caches.chmod(0o777)
    assert storage.folder_for(beside.parent / "source.py") is None


def test_a_loop_that_needs_more_than_itself_is_not_kept() -> None:
    """A loop that calls the C library may be, as every process has that."""
    from holdfast.text.loops.compiler import compile_loop

    def raises(value: float) -> float:
        if value < 0:
            raise ValueError("no root")
        return float(np.sqrt(value))

    def asks_a_library(value: float) -> float:
        return float(np.cos(value))

    assert compile_loop(Kernel(raises), (0.5,)) == machine.REFUSED
    content = compile_loop(Kernel(asks_a_library), (0.5,))
    assert machine.load(content)(*[laid((0.0,))[1]] * 3) == 1.0
    missing = content.replace(b"\0cos\0", b"\0cxs\0")
    assert missing != content
    with pytest.raises(RuntimeError):
        machine.load(missing)
