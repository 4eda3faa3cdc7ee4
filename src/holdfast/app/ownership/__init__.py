"""What ``holdfast.app.owners`` is made of: a register read, tied to who is listed, ruled on, shown."""
