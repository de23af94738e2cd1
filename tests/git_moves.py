"""What people do with git between commands: merge, rebase, cherry-pick, stash, revert, and the exchange at the end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from tests.git_clones import Clone
from tests.git_play import COMMANDS, World, by_command, by_hand, keeping, losing

BRANCH = "main"
GIT = [
    "pull",
    "pull",
    "push",
    "push",
    "rebase",
    "pull --rebase",
    "older",
    "criss-cross",
    "cherry-pick",
    "stash",
    "revert",
]


def step(world: World) -> None:
    """One thing that somebody does in one clone; one in four is an edit by hand."""
    world.now += timedelta(minutes=world.pick.choice([1, 2, 15]))
    clone, chance = world.pick.choice(world.clones), world.pick.random()
    if chance < 0.25:
        by_hand(world, clone)
    elif chance < 0.6:
        by_command(world, clone, world.pick.choice(COMMANDS))
    else:
        by_git(world, clone, world.pick.choice(GIT))


def by_git(world: World, clone: Clone, kind: str) -> None:
    """One thing that somebody does with git; what git refuses for what is not committed is done after a commit."""
    world.tell(clone, kind)
    MOVES[kind](world, clone)


def _other(world: World, clone: Clone) -> Clone:
    return world.pick.choice([one for one in world.clones if one is not clone])


def _fetched(world: World, clone: Clone) -> str:
    """The commit of another clone, or of the repository that all share, fetched."""
    source = world.bare if world.pick.random() < 0.5 else _other(world, clone).root
    clone.git("fetch", "-q", str(source), BRANCH)
    return clone.git("rev-parse", "FETCH_HEAD")


def _pull(*how: str) -> Callable[[World, Clone], None]:
    def pull(world: World, clone: Clone) -> None:
        source = world.bare if world.pick.random() < 0.5 else _other(world, clone).root
        with keeping(world, clone):
            clone.insist("pull", "-q", "--no-edit", *how, str(source), BRANCH)

    return pull


def _push(_world: World, clone: Clone) -> None:
    clone.run("push", "-q", "origin", BRANCH)  # refused where somebody pushed first


def _rebase(world: World, clone: Clone) -> None:
    onto = _fetched(world, clone)
    with keeping(world, clone):
        clone.insist("rebase", "-q", onto)


def _older(world: World, clone: Clone) -> None:
    """Merges what another clone had some commits ago: so bases of later merges cross."""
    tip = _fetched(world, clone)
    commits = clone.git("rev-list", "-n", "4", tip).split()
    with keeping(world, clone):
        clone.insist("merge", "-q", "--no-edit", world.pick.choice(commits))


def _criss_cross(world: World, clone: Clone) -> None:
    """Two clones merge each other's head at the same time."""
    other = _other(world, clone)
    clone.commit()
    other.commit()
    heads = clone.head, other.head
    with keeping(world, clone, other):
        clone.calmly("merge", "-q", "--no-edit", heads[1])
        other.calmly("merge", "-q", "--no-edit", heads[0])


def _cherry_pick(world: World, clone: Clone) -> None:
    """One commit of another clone, if it changes no ticket that is not here yet."""
    tip = _fetched(world, clone)
    commits = clone.git("rev-list", "--no-merges", f"HEAD..{tip}").split()
    commits = [commit for commit in commits if _changes(clone, commit) <= set(clone.blobs())]
    if commits:
        with keeping(world, clone):
            clone.insist("cherry-pick", world.pick.choice(commits))


def _changes(clone: Clone, commit: str, which: str = "MDR") -> set[str]:
    """The tickets that a commit changes, and does not make."""
    names = clone.git("diff-tree", "--no-commit-id", "--name-only", "-r", "--root", f"--diff-filter={which}", commit)
    return {name.rpartition("/")[2].removesuffix(".toml") for name in names.split()}


def _stash(world: World, clone: Clone) -> None:
    """A hand's edit is put aside, something else is done, and the edit taken out again."""
    clone.commit()
    by_hand(world, clone, commit=False)
    before = clone.run("stash", "-q")
    if before.returncode or not clone.git("stash", "list"):
        return
    if world.pick.random() < 0.5:
        by_command(world, clone, "customer")
    else:
        _pull()(world, clone)
    assert clone.calmly("stash", "pop", "-q"), "what was put aside does not come back"


def _revert(world: World, clone: Clone) -> None:
    """A commit is taken back that made no ticket and blacked out nothing."""
    commits = clone.git("rev-list", "--no-merges", "-n", "4", "HEAD").split()
    commits = [commit for commit in commits if not _changes(clone, commit, "A") and _changes(clone, commit)]
    if commits and not world.counts["redact"]:
        with losing(world, clone):
            clone.insist("revert", "--no-edit", world.pick.choice(commits))


MOVES = {
    "pull": _pull(),
    "pull --rebase": _pull("--rebase", "--autostash"),
    "push": _push,
    "rebase": _rebase,
    "older": _older,
    "criss-cross": _criss_cross,
    "cherry-pick": _cherry_pick,
    "stash": _stash,
    "revert": _revert,
}


def exchange(world: World) -> int:
    """Everybody merges all others for themselves, each in another order: how many tickets are not the same then.

    At last the first one merges all of that, and everybody goes on from there.
    """
    heads = _heads(world)
    for number, clone in enumerate(world.clones):
        others = heads[:number] + heads[number + 1 :]
        world.pick.shuffle(others)
        with keeping(world, clone):
            for other in others:
                assert clone.insist("merge", "-q", "--no-edit", other), (clone.root.name, clone.refusals)
    blobs = [clone.blobs() for clone in world.clones]
    world.counts["tickets"] = len(blobs[0])
    first, heads = world.clones[0], _heads(world)
    with keeping(world, first):
        for other in heads[1:]:
            assert first.insist("merge", "-q", "--no-edit", other), (first.root.name, first.refusals)
    for clone in world.clones[1:]:
        clone.git("merge", "-q", "--ff-only", first.head)
    return sum(len({one[code] for one in blobs}) > 1 for code in blobs[0])


def _heads(world: World) -> list[str]:
    for clone in world.clones:
        clone.commit()
    return [clone.head for clone in world.clones]
