"""The shapes that the domain passes around."""

import importlib
import pkgutil

import msgspec
import pytest

import core.domain
from core.domain.errors import BusyError, OutsideError, SettingsError, UkgSyncError
from core.domain.outcome import Counts

MODULES = [
    importlib.import_module(f"core.domain.{module.name}") for module in pkgutil.iter_modules(core.domain.__path__)
]
STRUCTS = sorted(
    {
        shape
        for module in MODULES
        for shape in vars(module).values()
        if isinstance(shape, type) and issubclass(shape, msgspec.Struct) and shape.__module__ == module.__name__
    },
    key=lambda shape: shape.__name__,
)


@pytest.mark.parametrize("shape", [shape for shape in STRUCTS if shape is not Counts])
def test_what_was_observed_or_decided_cannot_be_altered_afterwards(shape):
    assert shape.__struct_config__.frozen


@pytest.mark.parametrize("error", [SettingsError, OutsideError, BusyError])
def test_every_error_a_person_is_shown_reads_as_its_sentence(error):
    assert issubclass(error, UkgSyncError)
    assert str(error("The portal is busy; try again later.")) == "The portal is busy; try again later."
