import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from deploy import libraries
from deploy.problems import Problem


class FakePip:
    """Stand in for every command: notes it, and makes what a virtual environment would have."""

    def __init__(self, venv: Path) -> None:
        self.venv, self.installs, self.venvs_made = venv, 0, 0
        self.code = 0
        self.interrupt = False

    def __call__(self, argv: Sequence[str]) -> "subprocess.CompletedProcess[str]":
        if "venv" in argv:
            self.venvs_made += 1
            (self.venv / "bin").mkdir(parents=True, exist_ok=True)
            (self.venv / "bin" / "python").touch()
        if "install" in argv:
            self.installs += 1
            if self.interrupt:
                raise KeyboardInterrupt
            return subprocess.CompletedProcess(argv, self.code, stdout="no matching version")
        return subprocess.CompletedProcess(argv, 0, stdout="")


class Checkout:
    """A checkout with requirement files and no virtual environment yet."""

    def __init__(self, root: Path) -> None:
        self.root, self.venv = root, root / ".venv"
        (root / "requirements.txt").write_text("Django==5.2\n")
        (root / "requirements-dev.txt").write_text("-r requirements.txt\npytest\n")
        self.pip = FakePip(self.venv)

    def install(self, name: str = "run") -> bool:
        return libraries.install(name, root=self.root, venv=self.venv, runner=self.pip)


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path)


def test_second_start_does_not_call_pip(checkout: Checkout) -> None:
    assert checkout.install()
    assert not checkout.install()
    assert (checkout.pip.venvs_made, checkout.pip.installs) == (1, 1)


def test_changed_requirements_are_installed_into_the_same_venv(checkout: Checkout) -> None:
    checkout.install()
    (checkout.root / "requirements.txt").write_text("Django==5.3\n")
    assert checkout.install()
    assert (checkout.pip.venvs_made, checkout.pip.installs) == (1, 2)


def test_development_set_covers_the_product(checkout: Checkout) -> None:
    checkout.install("dev")
    assert not checkout.install("run")


def test_product_set_does_not_cover_development(checkout: Checkout) -> None:
    checkout.install("run")
    assert checkout.install("dev")


def test_change_of_the_development_set_leaves_the_product_alone(checkout: Checkout) -> None:
    checkout.install("dev")
    (checkout.root / "requirements-dev.txt").write_text("-r requirements.txt\nruff\n")
    assert not checkout.install("run")
    assert checkout.install("dev")


def test_interrupted_install_is_done_again(checkout: Checkout) -> None:
    checkout.pip.interrupt = True
    with pytest.raises(KeyboardInterrupt):
        checkout.install()
    checkout.pip.interrupt = False
    assert checkout.install()
    assert not checkout.install()


def test_nothing_is_trusted_in_a_venv_whose_install_was_interrupted(checkout: Checkout) -> None:
    checkout.pip.interrupt = True
    with pytest.raises(KeyboardInterrupt):
        checkout.install()
    checkout.pip.interrupt = False
    checkout.install()
    assert checkout.pip.venvs_made == 2


def test_failure_after_an_interruption_trusts_it_no_more(checkout: Checkout) -> None:
    checkout.pip.interrupt = True
    with pytest.raises(KeyboardInterrupt):
        checkout.install()
    checkout.pip.interrupt, checkout.pip.code = False, 1
    with pytest.raises(Problem):
        checkout.install()
    checkout.pip.code = 0
    checkout.install()
    assert checkout.pip.venvs_made == 3


def test_venv_that_somebody_else_made_is_kept(checkout: Checkout) -> None:
    (checkout.venv / "bin").mkdir(parents=True)
    (checkout.venv / "bin" / "python").touch()
    assert checkout.install()
    assert (checkout.pip.venvs_made, checkout.pip.installs) == (0, 1)


def test_interrupted_upgrade_does_not_count_as_the_old_state(checkout: Checkout) -> None:
    checkout.install()
    old = (checkout.root / "requirements.txt").read_text()
    (checkout.root / "requirements.txt").write_text("Django==5.3\n")
    checkout.pip.interrupt = True
    with pytest.raises(KeyboardInterrupt):
        checkout.install()
    checkout.pip.interrupt = False
    (checkout.root / "requirements.txt").write_text(old)
    assert checkout.install()


def test_failed_install_shows_what_pip_said_and_is_done_again(checkout: Checkout) -> None:
    checkout.pip.code = 1
    with pytest.raises(Problem, match="no matching version"):
        checkout.install()
    checkout.pip.code = 0
    assert checkout.install()
    assert checkout.pip.venvs_made == 1


def test_missing_ensurepip_names_the_package(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(Problem, match="python3-venv"):
        checkout.install()
    assert not checkout.venv.exists()
