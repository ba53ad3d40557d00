"""What deleting would do, in words, before it is done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from analytics.context import Context
from analytics.pages.library.lines import counted, listed
from analytics.pages.library.tree import Tree
from analytics.periods import Period
from analytics.query import Question, ask_videos
from videos.models import Stream
from videos.selectors import Items

NAMED = 5


@dataclass(frozen=True)
class Deletion:
    """What is asked: `names` of what goes, `effects` on everything else, and the words on the button."""

    title: str
    names: tuple[str, ...]
    more: int
    effects: tuple[str, ...]
    button: str


def deletion_of(context: Context, tree: Tree, items: Items) -> Deletion:
    """Return what would become of the items and what is in them."""
    names = [str(row) for row in items.rows]
    what = _what(items)
    effects = [*_emptied(tree, items), *_forgotten(context, items)]
    return Deletion(
        title=f"Delete “{names[0]}”?" if len(names) == 1 else f"Delete {what}?",
        names=tuple(names[:NAMED]) if len(names) > 1 else (),
        more=max(0, len(names) - NAMED),
        effects=tuple(effects),
        button=f"Delete {what if len(names) > 1 else what.removeprefix('1 ')}",
    )


def _what(items: Items) -> str:
    kinds = ((items.projects, "project"), (items.folders, "folder"), (items.videos, "video"))
    return listed([counted(len(rows), noun) for rows, noun in kinds if rows])


def _emptied(tree: Tree, items: Items) -> Iterator[str]:
    """Yield what becomes of what is in each project and folder; one within another goes with that."""
    branches = [tree.named("project", row.public_id) for row in items.projects]
    branches += [tree.named("folder", row.public_id) for row in items.folders]
    homes = [tree.holding(video.project_id, video.folder_id) for video in items.videos]
    for branch in branches:
        if any(each in branches for each in branch.path[:-1]):
            continue
        inside = list(branch.nested)
        folders = len(inside) - 1
        videos = branch.videos_in_all - sum(home in inside for home in homes)
        gone = f"“{branch.name}” and the {counted(folders, 'folder')} in it" if folders else f"“{branch.name}”"
        become = f"move to “{branch.above.name}”" if branch.above else "stay in the workspace, in no project"
        them = "it" if videos == 1 else "them"
        kept = f" {counted(videos, 'video')} will {become}, with all that was watched of {them}." if videos else ""
        yield f"{gone} will be deleted.{kept}"


def _forgotten(context: Context, items: Items) -> Iterator[str]:
    """Yield what is lost with the videos: all of their sessions, counted or not, and the streams that they are."""
    if not items.videos:
        return
    videos = [video.pk for video in items.videos]
    always = Period(context.zone, None, None, "all_time")
    measured = ask_videos(Question(context, always, ("loads",), with_bots=True, with_team=True), videos)
    sessions = sum(row["loads"] for row in measured.values())
    whose = "the video" if len(videos) == 1 else f"the {counted(len(videos), 'video')}"
    if sessions:
        yield f"{counted(sessions, 'viewing session')} of {whose} will be erased. This cannot be undone."
    else:
        yield f"Nothing was watched of {whose} yet. This cannot be undone."
    if streams := Stream.objects.filter(video__in=videos).count():
        yield f"{counted(streams, 'stream')} will be deleted with {'it' if len(videos) == 1 else 'them'}; talks stay."
