"""The anonymous tip: form, sealing, routing, receipt."""
