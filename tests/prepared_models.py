"""Models prepared once for each kind of database, not with every opening: there are thousands in a run of the tests.

Tortoise (1.1.9) works out anew with every opening how each model is queried, though it depends on nothing but the kind
of the database, and keeps it with the model. Here what it worked out first is put back.
"""

from typing import Any

from tortoise.apps import Apps

# All that depends on the kind; the rest stays with the model as it is.
_OF_THE_KIND = (
    "basetable",
    "basequery",
    "basequery_all_fields",
    "filters",
    "db_native_fields",
    "db_default_fields",
    "db_complex_fields",
)
_prepared: dict[tuple[object, ...], dict[str, Any]] = {}


def prepare_models_once() -> None:
    """From now on; the models of a migration (a subclass of `Apps`) are left alone."""
    prepare = Apps._build_initial_querysets

    def prepare_or_put_back(apps: Apps) -> None:
        models = [model for app in apps.apps.values() for model in app.values()]
        keys = {model: (model, model._meta.db.query_class) for model in models}
        if not _prepared.keys() >= set(keys.values()):
            for model in models:
                for name in ("filters", "db_native_fields", "db_default_fields", "db_complex_fields"):
                    setattr(model._meta, name, type(getattr(model._meta, name))())  # not the other kind's
            prepare(apps)
            for model, key in keys.items():
                _prepared[key] = {name: getattr(model._meta, name) for name in _OF_THE_KIND}
        for model, key in keys.items():
            for name, value in _prepared[key].items():
                setattr(model._meta, name, value)

    Apps._build_initial_querysets = prepare_or_put_back  # type: ignore[method-assign]
