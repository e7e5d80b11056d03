"""Roles are groups; each app's migration grants its own permissions to them."""

COORDINATORS = "Coordinators"  # review, leads, catalogue
FINANCE = "Finance"  # subsidy payment
MANAGERS = "Managers"  # promotions, funds, pavilion settings, suspension
AUDITORS = "Auditors"  # read all, change nothing
ROLES = (COORDINATORS, FINANCE, MANAGERS, AUDITORS)


def grant(apps, app_label: str, grants: dict[str, list[str]]) -> None:
    """In a migration: give each role these permissions ("view_plan") of `app_label`.

    Django makes permissions only after all migrations, so the missing ones are made here.
    """
    ContentType = apps.get_model("contenttypes", "ContentType")
    Permission = apps.get_model("auth", "Permission")
    Group = apps.get_model("auth", "Group")
    wanted = {codename for codenames in grants.values() for codename in codenames}
    found = {}
    for model in apps.get_app_config(app_label).get_models():
        meta = model._meta
        names = {f"{verb}_{meta.model_name}" for verb in meta.default_permissions}
        names |= {codename for codename, _name in meta.permissions}
        for codename in names & wanted:
            kind, _ = ContentType.objects.get_or_create(app_label=app_label, model=meta.model_name)
            found[codename], _ = Permission.objects.get_or_create(
                content_type=kind, codename=codename, defaults={"name": codename}
            )
    if missing := wanted - found.keys():
        raise ValueError(f"{app_label} has no permissions {sorted(missing)}")
    for role, codenames in grants.items():
        group, _ = Group.objects.get_or_create(name=role)
        group.permissions.add(*(found[codename] for codename in codenames))
