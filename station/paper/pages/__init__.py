"""The desk's pages about printers and papers."""
