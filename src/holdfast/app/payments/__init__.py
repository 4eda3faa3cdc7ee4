"""What ``holdfast.app.pay`` is made of: what decides a payment, and how many of them, or a folder, are gone through."""
