import subprocess
import sys

from deploy.paths import ROOT

SCRIPT = ROOT / "deploy" / "bootstrap.py"


def test_old_python_is_told_which_one_is_needed() -> None:
    pretend = f"""
import runpy, sys
sys.version_info = (3, 9, 2)
sys.path[0] = "/nonexistent"
runpy.run_path({str(SCRIPT)!r}, run_name="__main__")
"""
    done = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, "-c", pretend], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "3.11 or newer; this is 3.9" in done.stderr


def test_it_starts_with_nothing_but_the_standard_library() -> None:
    # -I -S: neither the environment nor any installed package is in sight.
    done = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, "-I", "-S", str(SCRIPT), "--help"],
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
    )
    assert done.returncode == 0, done.stderr
    assert "start everything" in done.stdout
