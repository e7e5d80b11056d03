"""How far the applications of the volume came, and by which steps."""

from exporters.enums import ApplicationStatus as S

# Of a thousand applications; 950 are decided or otherwise at their end.
SHARES = {
    S.APPROVED: 640, S.REJECTED: 210, S.WITHDRAWN: 45, S.EXPIRED: 35, S.SUSPENDED: 10,
    S.REVOKED: 10, S.SUBMITTED: 18, S.IN_REVIEW: 18, S.CHANGES_REQUESTED: 10, S.DRAFT: 4,
}  # fmt: skip
# What led to each status: transition, status it led to, days after the one before it.
_SENT = [("submit", S.SUBMITTED, 0), ("claim", S.IN_REVIEW, 3)]
PATHS = {
    S.DRAFT: [],
    S.SUBMITTED: _SENT[:1],
    S.IN_REVIEW: _SENT,
    S.CHANGES_REQUESTED: [*_SENT, ("request_changes", S.CHANGES_REQUESTED, 2)],
    S.APPROVED: [*_SENT, ("approve", S.APPROVED, 5)],
    S.REJECTED: [*_SENT, ("reject", S.REJECTED, 4)],
    S.WITHDRAWN: [*_SENT[:1], ("withdraw", S.WITHDRAWN, 6)],
    S.EXPIRED: [
        *_SENT,
        ("request_changes", S.CHANGES_REQUESTED, 2),
        ("expire", S.EXPIRED, 31),
    ],
    S.SUSPENDED: [*_SENT, ("approve", S.APPROVED, 5), ("suspend", S.SUSPENDED, 20)],
    S.REVOKED: [
        *_SENT,
        ("approve", S.APPROVED, 5),
        ("suspend", S.SUSPENDED, 20),
        ("revoke", S.REVOKED, 10),
    ],
}
REASONS = {
    "request_changes": ("expired", "La opinión 32-D venció."),
    "reject": ("not_exportable", "El producto aún no tiene acceso al mercado."),
    "suspend": ("complaints", "Dos compradores no recibieron respuesta."),
    "revoke": ("compliance", "La empresa no contestó durante la suspensión."),
}
