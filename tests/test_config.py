"""Who and where the user is."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ticketcli.edges import config, lock


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    return {"HOME": str(tmp_path / "home"), "XDG_CONFIG_HOME": str(tmp_path / "config")}


def configured(environ: dict[str, str], text: str | bytes) -> Path:
    path = config.config_path(environ)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def test_no_configuration_is_an_empty_one(environ: dict[str, str], tmp_path: Path) -> None:
    assert config.load(environ) == config.UserConfig(agent="")
    (tmp_path / "config").touch()
    assert config.load(environ) == config.UserConfig(agent="")


def test_the_configuration_is_read(environ: dict[str, str], tmp_path: Path) -> None:
    path = configured(environ, 'agent = "ana"\nnot_known_yet = 1\n')
    assert path == tmp_path / "config" / "ticketcli" / "config.toml"
    assert config.load(environ) == config.UserConfig(agent="ana", notify=())


def test_the_command_to_notify_is_read_word_by_word(environ: dict[str, str]) -> None:
    configured(environ, 'notify = ["mail", "-s", "Help desk: $(late)", "", "ana@example.com"]\n')
    assert config.load(environ).notify == ("mail", "-s", "Help desk: $(late)", "", "ana@example.com")


def test_it_lies_in_the_home_directory_by_default(environ: dict[str, str], tmp_path: Path) -> None:
    for value in ("", "not/absolute"):
        environ["XDG_CONFIG_HOME"] = value
        assert config.config_path(environ) == tmp_path / "home" / ".config" / "ticketcli" / "config.toml"


def test_without_a_home_directory_there_is_no_configuration(environ: dict[str, str]) -> None:
    configured(environ, 'agent = "ana"')
    nowhere = {"HOME": "~nobody-has-this-name"}
    with pytest.raises(RuntimeError):
        config.config_path(nowhere)
    assert config.load(nowhere) == config.UserConfig()
    assert config.load({**environ, **nowhere}).agent == "ana"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody whom the system does not know")
def test_cron_and_systemd_need_no_home() -> None:
    """No HOME, no terminal, and no entry of the user in the user database."""
    program = f"""
import os, sys
sys.path.insert(0, {str(Path(__file__).resolve().parents[1])!r})
from ticketcli.edges import config
os.setuid(54321)
os.environ.clear()
print(config.load({{}}), end="")
try:
    config.config_path({{}})
except RuntimeError:
    print(", no home")
"""
    command = [sys.executable, "-I", "-S", "-c", program]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, start_new_session=True)
    assert (done.stdout, done.stderr) == (f"{config.UserConfig()}, no home\n", "")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("agent = ana", "Invalid value"),
        ("agent = 7", "agent must be a text"),
        (b'agent = "\xff"', "invalid start byte"),
        ("a = " + "[" * 3000, "."),
        ('notify = "mail -s late ana"', r'notify must be a list, word by word: notify = \["command", "argument"\]'),
        ("notify = []", "notify must be a list of texts that begins with a command"),
        ('notify = [""]', "notify must be a list of texts"),
        ('notify = ["mail", 7]', "notify must be a list of texts"),
        ('notify = [["mail"]]', "notify must be a list of texts"),
        ("notify = true", "notify must be a list of texts"),
        ("notify.command = 'mail'", "notify must be a list of texts"),
    ],
)
def test_a_bad_configuration_is_one_clear_line(environ: dict[str, str], text: str | bytes, why: str) -> None:
    path = configured(environ, text)
    with pytest.raises(config.BadConfig, match=why) as caught:
        config.load(environ)
    said = str(caught.value)
    assert said.startswith(f'cannot read your configuration "{path}": ')
    assert said.endswith("; correct it or take it away")
    assert "\n" not in said
    assert caught.value.exit_code == 1


def test_a_directory_in_its_place(environ: dict[str, str]) -> None:
    config.config_path(environ).mkdir(parents=True)
    with pytest.raises(config.BadConfig, match="Is a directory"):
        config.load(environ)


def test_me_is_remembered_by_the_clone(tmp_path: Path) -> None:
    assert config.read_me(tmp_path) == ""
    with pytest.raises(config.MeNotKept, match="No such file or directory"):
        config.write_me(tmp_path, "ana")
    with lock.hold(tmp_path, "ticket init"):
        config.write_me(tmp_path, "ana")
        config.write_me(tmp_path, "Ana Cruz <ana@example.com>")
    assert config.read_me(tmp_path) == "Ana Cruz <ana@example.com>"
    assert sorted(path.name for path in (tmp_path / ".ticketcli").iterdir()) == [".gitignore", "lock", "me"]


def test_me_follows_no_link(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("precious")
    me = lock.own_directory(tmp_path) / "me"
    me.symlink_to(victim)
    me.with_suffix(".tmp").symlink_to(victim)
    assert config.read_me(tmp_path) == ""
    config.write_me(tmp_path, "ana")
    assert victim.read_text() == "precious"
    assert config.read_me(tmp_path) == "ana"


@pytest.mark.parametrize("junk", [b"\xff\xfe", b"x" * 5000])
def test_me_that_is_junk_harms_nobody(tmp_path: Path, junk: bytes) -> None:
    (lock.own_directory(tmp_path) / "me").write_bytes(junk)
    assert len(config.read_me(tmp_path)) <= 1024


def test_the_desk_is_found_upwards(tmp_path: Path) -> None:
    month = tmp_path / "desk" / "tickets" / "2026-11"
    month.mkdir(parents=True)
    (tmp_path / "desk" / "ticketcli.toml").touch()
    (tmp_path / "way").symlink_to(month)
    for start in (tmp_path / "desk", month, tmp_path / "way"):
        assert config.find_desk(start, None) == tmp_path / "desk"
        assert config.find_desk(start, "") == tmp_path / "desk"


def test_the_environment_names_a_desk_exactly(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "ticketcli.toml").touch()
    (tmp_path / "one" / "below").mkdir()
    assert config.find_desk(tmp_path / "one", str(tmp_path / "two")) == tmp_path / "two"
    with pytest.raises(config.NoDesk) as caught:
        config.find_desk(tmp_path / "one", str(tmp_path / "one" / "below"))
    below = tmp_path / "one" / "below"
    assert str(caught.value) == f'no desk here: no ticketcli.toml in "{below}"; make one with: ticket init'


@pytest.mark.parametrize("start", [".", "none/at/all"])
def test_no_desk_says_what_to_do(tmp_path: Path, start: str) -> None:
    (tmp_path / "ticketcli.toml").mkdir()  # only a file makes a desk
    with pytest.raises(config.NoDesk) as caught:
        config.find_desk(tmp_path / start, None)
    where = (tmp_path / start).resolve()
    assert str(caught.value) == f'no desk here: no ticketcli.toml in "{where}" or above; make one with: ticket init'
    assert caught.value.exit_code == 1


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a directory away")
def test_the_way_up_ends_where_the_owner_changes(tmp_path: Path) -> None:
    mine = tmp_path / "theirs" / "mine"
    mine.mkdir(parents=True)
    (tmp_path / "theirs" / "ticketcli.toml").touch()
    assert config.find_desk(mine, None) == tmp_path / "theirs"
    os.chown(mine, 12345, -1)
    with pytest.raises(config.NoDesk):
        config.find_desk(mine, None)
