"""The hall itself (P28): zones, racks, places; described, drawn, made, changed and labelled."""
