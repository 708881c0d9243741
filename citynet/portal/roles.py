"""The four groups of staff, and what each may do. Migrations call `grant`, whenever there is something new.

| group         | rows              | may                                                                       |
|---------------|-------------------|---------------------------------------------------------------------------|
| viewer        | of every network  | look                                                                      |
| editor        | of own networks   | add, change and export them; look at what all share; add sources,         |
|               |                   | organisations and people; images and files, and change own ones; read     |
|               |                   | ratings                                                                   |
| secretariat   | of every network  | everything but users and groups                                           |
| administrator | of every network  | everything                                                                |

Own networks are those of `networks.NetworkEditor`; the admin base (`citynet.core.admin`) holds the rows.
"""

ROLES = ("viewer", "editor", "secretariat", "administrator")

# What belongs to networks, what is a part of that and edited with it, and what all share.
OF_NETWORKS = {
    "networks": (
        *("membership", "figure", "body", "role", "programme", "project", "participation", "grant"),
        *("practice", "uptake", "award", "awardedition", "awardwinner", "document"),
    ),
    "events": ("series", "event", "session"),
    "content": ("news",),
}
PARTS = {
    "networks": ("bodyparent", "documentparty"),
    "events": ("eventhost", "eventlanguage", "track", "speaker"),
}
SHARED = {"networks": ("city", "cityname", "organisation", "person", "source", "topic", "twinning")}
ADDED_BY_EDITORS = {"networks": ("organisation", "person", "source")}
# What all see and editors add to; the admin lets them change what they added themselves.
LIBRARY = {"content": ("file", "image")}
PAGES = {"content": ("page",)}
STAFF = {"networks": ("networkeditor",)}
RATINGS = {"content": ("rating",)}  # given by visitors: read, taken away, never written

RECORD = ("add", "change", "delete", "view", "export")
PART = ("add", "change", "delete", "view")


def _codes(models, *actions):
    return {
        (app, model, f"{action}_{model}")
        for app, names in models.items()
        for model in names
        for action in actions
    }


NETWORK = {"networks": ("network",)}
ALL_NETWORKS = {("networks", "network", "edit_every_network")}
EVERYTHING_KEPT = (
    _codes(NETWORK, *RECORD)
    | _codes(OF_NETWORKS, *RECORD)
    | _codes({"networks": tuple(set(SHARED["networks"]) - {"cityname"})}, *RECORD)
    | _codes({"networks": ("cityname",)}, *PART)
    | _codes(PARTS, *PART)
    | _codes(LIBRARY, *RECORD)
    | _codes(PAGES, *RECORD)
    | _codes(STAFF, *PART)
    | _codes(RATINGS, "view", "export", "delete")
)
PERMISSIONS = {
    "viewer": ALL_NETWORKS | {code for code in EVERYTHING_KEPT if code[2].startswith("view_")},
    "editor": (
        _codes(NETWORK, "change", "view", "export")
        | _codes(OF_NETWORKS, "add", "change", "view", "export")
        | _codes(PARTS, *PART)
        | _codes(SHARED, "view")
        | _codes(PAGES, "view")
        | _codes(ADDED_BY_EDITORS, "add")
        | _codes(LIBRARY, "add", "change", "view")
        | _codes(RATINGS, "view", "export")
    ),
    "secretariat": ALL_NETWORKS | EVERYTHING_KEPT,
    "administrator": (ALL_NETWORKS | EVERYTHING_KEPT | _codes({"auth": ("user", "group")}, *PART)),
}


def grant(apps, schema_editor, permissions=PERMISSIONS):
    """Make the groups where they are missing, and give them these permissions beside those that they have.

    What has no table yet at that point of the migrations is left to the next one that calls this.

    A permission is made here where `migrate`, which makes them at its very end, has not done so yet. Its
    name is then corrected by nobody, so it is written as Django writes it.
    """
    ContentType = apps.get_model("contenttypes", "ContentType")
    Permission = apps.get_model("auth", "Permission")
    Group = apps.get_model("auth", "Group")
    for role, codes in permissions.items():
        group, _created = Group.objects.get_or_create(name=role)
        for app, model, codename in sorted(code for code in codes if code[1] in apps.all_models[code[0]]):
            content_type, _created = ContentType.objects.get_or_create(app_label=app, model=model)
            options = apps.get_model(app, model)._meta
            custom = dict(options.permissions)
            name = custom.get(codename) or f"Can {codename.split('_')[0]} {options.verbose_name_raw}"
            permission, _created = Permission.objects.get_or_create(
                content_type=content_type, codename=codename, defaults={"name": name}
            )
            group.permissions.add(permission)
