"""The desk's pages about ERPs."""
