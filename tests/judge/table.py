"""The verdicts as a table, and what failed grouped by its cause."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from tests.judge.verdict import Failure, Verdict, shape_of

STEPS = ("usable", "complete", "stable", "clean")


def table(verdicts: Sequence[Verdict]) -> str:
    """A row a document, the totals, the causes."""
    head = f"{'document':36} {'usable':7}{'complete':9}{'types':6}{'calls':>13} {'round trips':>15} {'untyped':>14} {'CPU s':>7} {'MiB':>5}"
    return "\n".join(
        [head, *map(_row, verdicts), *_totals(verdicts), *causes(verdicts)]
    )


def _row(v: Verdict) -> str:
    if v.crash or v.refused:
        said = "the judge broke" if v.crash else "refused"
        return f"{v.name:36} {said}"
    marks = [_mark(v.usable), _mark(v.complete), _mark(v.clean)]
    return (
        f"{v.name:36} {marks[0]:7}{marks[1]:9}{marks[2]:6}{v.calls!s:>13} {v.trips!s:>15} {_untyped(v):>14}"
        f" {v.seconds:7.2f} {v.mebibytes:5}"
    )


def _untyped(v: Verdict) -> str:
    """Untyped members, arguments and results, of those that the document types."""
    left = sum(n.all - n.good for n in v.typed.values())
    return f"{left:,}/{sum(n.all for n in v.typed.values()):,}"


def _mark(found: bool | None) -> str:
    return "–" if found is None else "yes" if found else "no"


def _totals(verdicts: Sequence[Verdict]) -> list[str]:
    good = [v for v in verdicts if not v.crash and not v.refused]
    lines = [
        "",
        f"{len(verdicts)} documents, {sum(v.operations for v in good):,} operations",
    ]
    lines.append(f"  generated {len(good)} of {len(verdicts)}")
    for step in STEPS:
        tried = [v for v in good if getattr(v, step) is not None]
        lines.append(
            f"  {step:9} {sum(getattr(v, step) for v in tried)} of {len(tried)}"
        )
    for kind in ("calls", "trips"):
        done = sum(getattr(v, kind).good for v in good)
        tried_all = sum(getattr(v, kind).all for v in good)
        whole = sum(getattr(v, kind).good == getattr(v, kind).all for v in good)
        lines.append(
            f"  {kind:9} {done:,} of {tried_all:,}; all of them in {whole} documents"
        )
    for what in ("members", "arguments", "results"):
        counts = [v.typed[what] for v in good]
        left, said = sum(n.all - n.good for n in counts), sum(n.all for n in counts)
        lines.append(f"  untyped {what} {left:,} of {said:,} that the document types")
    worst = sorted(good, key=lambda v: -len(v.untyped))[:5]
    for v in worst:
        if v.untyped:
            shown = "; ".join(v.untyped[:3])
            lines.append(f"    {v.name}: {len(v.untyped):,}, such as {shown}"[:300])
    lines.append(f"  CPU seconds to generate {sum(v.seconds for v in good):.0f}")
    lines.append(
        f"  most memory to generate {max((v.mebibytes for v in good), default=0)} MiB"
    )
    for kind in ("judged", "skipped"):
        total = Counter[str]()
        for v in good:
            total.update(getattr(v, kind))
        lines += [f"  {kind}: {n:,} {reason}" for reason, n in total.most_common()]
    lines.append(
        f"  values that could not be synthesised: {sum(len(v.impossible) for v in good):,}"
    )
    lines.append(
        f"  examples that break their own schema: {sum(len(set(v.broken)) for v in good):,}"
    )
    return lines


def shape(failure: Failure) -> str:
    """The cause without what is particular to its place."""
    return f"{failure.step}: {shape_of(failure.cause)}"


def causes(verdicts: Sequence[Verdict], most: int = 60) -> list[str]:
    """What failed: each cause with its documents and one place."""
    groups: dict[str, list[tuple[str, Failure]]] = defaultdict(list)
    for v in verdicts:
        for failure in v.failures:
            groups[shape(failure)].append((v.name, failure))
    lines = list[str]()
    for v in verdicts:
        if v.crash:
            lines.append(
                f"the judge broke: {v.name}: {v.crash.strip().splitlines()[-1]}"
            )
        elif v.refused:
            lines.append(f"refused: {v.name}: {v.refused.splitlines()[0]}")
    ordered = sorted(
        groups.items(), key=lambda item: -len({name for name, _ in item[1]})
    )
    for _, found in ordered[:most]:
        names = list(dict.fromkeys(name for name, _ in found))
        name, failure = found[0]
        shown = ", ".join(names[:6]) + (
            f" and {len(names) - 6} more" if len(names) > 6 else ""
        )
        lines.append(f"failed: {len(found)} times in {len(names)}: {shown}")
        lines.append(
            f"    {failure.step}: {name}: {failure.place}: {failure.cause[:300]}"
        )
    if len(ordered) > most:
        lines.append(f"… and {len(ordered) - most} more causes")
    return ["", *lines] if lines else []
