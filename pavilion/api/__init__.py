"""The read-only public API under /api/v1/: what buyers see in the pavilion, for programs.

Promises and reasons are in docs/api.md; the reference for its users is made of the OpenAPI
document itself, see `reference`.
"""
