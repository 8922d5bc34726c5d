"""Peace operations of the UN, NATO, the EU and the OSCE: known, read, planned, told."""

__version__ = "0.1.0"
