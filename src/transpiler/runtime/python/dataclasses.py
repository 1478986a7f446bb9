class FrozenInstanceError(AttributeError):
    pass
