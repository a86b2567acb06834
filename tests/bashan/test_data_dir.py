"""One `bashan up` a data directory, on a disk that can be written."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bashan.cannot_start import CannotStart
from bashan.data_dir import DataDirClaim, prepare_data_dir


def refusal(error: pytest.ExceptionInfo[CannotStart]) -> str:
    assert "\n" not in error.value.line
    return error.value.line


def test_a_second_up_is_refused_in_one_line_that_names_the_first(tmp_path: Path) -> None:
    with DataDirClaim(tmp_path / "var"):
        with pytest.raises(CannotStart) as refused:
            DataDirClaim(tmp_path / "var")
        assert "is in use by bashan, process " in refusal(refused)
        assert "BASHAN_DATA_DIR" in refusal(refused)
    DataDirClaim(tmp_path / "var").release()


def test_a_killed_up_leaves_no_claim(tmp_path: Path) -> None:
    program = (
        "import os, sys; from pathlib import Path; from bashan.data_dir import DataDirClaim\n"
        "claim = DataDirClaim(Path(sys.argv[1])); os.kill(os.getpid(), 9)"
    )
    killed = subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=False)
    assert killed.returncode == -signal.SIGKILL
    DataDirClaim(tmp_path).release()


def test_a_directory_that_cannot_be_written_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    for impossible, cause in (
        (tmp_path / "file", "is a file or lies in one"),
        (tmp_path / "file" / "var", "is a file or lies in one"),
        (Path("/proc/bashan/var"), "cannot be written"),
    ):
        with pytest.raises(CannotStart) as refused:
            prepare_data_dir(impossible)
        assert f"{impossible} {cause}" in refusal(refused)


def test_a_full_disk_is_refused_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(CannotStart) as refused:
        prepare_data_dir(tmp_path, least_free_bytes=2**62)
    assert "MB free" in refusal(refused)
