"""What Lighthouse must find, and what it found. Pure."""

from dataclasses import dataclass

LEAST = {"performance": 95, "accessibility": 100, "best-practices": 95, "seo": 95}


@dataclass(frozen=True)
class Audited:
    """One page as one device sees it. `wrong` are the audits that cost it points."""

    page: str
    device: str
    scores: dict[str, int]
    wrong: dict[str, list[str]]

    @property
    def short(self) -> list[str]:
        """The categories that fall short."""
        return [name for name, least in LEAST.items() if self.scores[name] < least]


def read(page: str, device: str, result: dict) -> Audited:
    """From Lighthouse's JSON; a category that could not be judged counts as nothing."""
    if error := result.get("runtimeError", {}).get("message"):
        raise ValueError(error)
    scores, wrong = {}, {}
    for name in LEAST:
        category = result["categories"][name]
        scores[name] = round(100 * (category["score"] or 0))
        wrong[name] = [
            _line(result["audits"][reference["id"]])
            for reference in category["auditRefs"]
            if reference["weight"] and _failed(result["audits"][reference["id"]])
        ]
    return Audited(page, device, scores, wrong)


def _failed(audit: dict) -> bool:
    return audit["score"] is not None and audit["score"] < 0.9


def _line(audit: dict) -> str:
    said = audit.get("displayValue", "")
    return f"{audit['id']}: {audit['title']}{f' ({said})' if said else ''}"


def middle(found: list[Audited]) -> Audited:
    """Of several looks at one page that with the median performance."""
    return sorted(found, key=lambda each: each.scores["performance"])[(len(found) - 1) // 2]


def table(found: list[Audited]) -> str:
    lines = [
        f"| Page | Device | {' | '.join(LEAST)} |",
        f"|---|---|{'---|' * len(LEAST)}",
    ]
    for each in found:
        marks = [f"{each.scores[name]}{' (!)' if name in each.short else ''}" for name in LEAST]
        lines.append(f"| {each.page} | {each.device} | {' | '.join(marks)} |")
    return "\n".join(lines)


def reasons(found: list[Audited]) -> str:
    """Each audit that fails somewhere, with the pages where it does."""
    where: dict[str, list[str]] = {}
    for each in found:
        for name, lines in each.wrong.items():
            for line in lines:
                where.setdefault(f"{name}: {line}", []).append(f"{each.page} {each.device}")
    return "\n".join(f"{line}\n    {', '.join(pages)}" for line, pages in sorted(where.items()))
