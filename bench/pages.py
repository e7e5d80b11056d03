"""What is measured, against which yardstick, and what must be reached. Pure."""

from dataclasses import dataclass
from urllib.parse import quote

# Headers: count the statements of this request; so many they were; do not take it from the cache.
WISH, ANSWER, COLD = "X-Bench-Count", "X-Bench-SQL", "X-Bench-Cold"
GROWTH = 1.3  # from the small database to the large one no page's cost grows by more
MEMORY_MB = 200  # of a web process


@dataclass(frozen=True)
class Yardstick:
    """A page of limit_app.py, the least Django work of its kind."""

    path: str
    headers: tuple[tuple[str, str], ...] = ()
    method: str = "GET"
    expect: int = 200


GZIP = (("Accept-Encoding", "gzip"),)
YARDSTICKS = {
    "f5": Yardstick("/none/cards5"),
    "c3": Yardstick("/default/packed", GZIP),
    "d2": Yardstick("/none/etag", (("If-None-Match", '"limit"'),), expect=304),
    "upload": Yardstick("/none/upload", method="POST"),
}


@dataclass(frozen=True)
class Page:
    """`floor`: the least ratio of its rate to the yardstick's. `sql`: the most statements.

    `who` asks: nobody in particular, someone who is let past the page cache ("passing"), or a
    person with a session. `address` may name facts of bench/prepare.py.
    """

    name: str
    address: str
    yardstick: str
    floor: float
    sql: int
    who: str = "anyone"
    known: bool = False  # asks with the ETag that it was given
    changes: str = ""  # what each of its requests changes, see bench/clients.py


def _search(words: str) -> Page:
    address = f"/pavilion/?q={quote(words)}"
    return Page(f"pavilion: search “{words}”", address, "f5", 0.6, 4, who="passing")


PAGES = (
    Page("pavilion, cached, es", "/pavilion/", "c3", 1.5, 0),
    Page("pavilion, cached, en", "/en/pavilion/", "c3", 1.5, 0),
    Page("pavilion, cached, zh-hans", "/zh-hans/pavilion/", "c3", 1.5, 0),
    Page("pavilion, cached, 304", "/pavilion/", "d2", 0.7, 0, known=True),
    Page("pavilion, cold", "/pavilion/", "f5", 0.8, 5, who="passing"),
    _search("aguacate"),
    _search("龙舌兰"),
    _search("organico hass"),
    _search("1000007p3"),
    Page("pavilion: category", "/pavilion/categories/avocado/", "f5", 0.6, 4, who="passing"),
    Page("company page, cold", "/pavilion/companies/{company}/", "f5", 0.8, 5, who="passing"),
    Page("product page, cold", "/pavilion/products/{product}/", "f5", 1.0, 5, who="passing"),
    Page("application form", "/applications/{draft}/company/", "f5", 0.25, 6, who="exporter"),
    Page("exporter's dashboard", "/dashboard/", "f5", 0.5, 8, who="exporter"),
    Page(
        "document upload, 5 MB",
        "/applications/{draft}/documents/deed_or_id/",
        "upload",
        0.6,
        8,
        who="exporter",
        changes="upload",
    ),
    Page("review queue", "/admin/exporters/application/", "f5", 0.3, 6, who="coordinator"),
    Page(
        "approve, 8 clients",
        "/admin/exporters/application/{file}/move/approve/",
        "f5",
        1.0,
        12,
        who="coordinator",
        changes="approve",
    ),
)
