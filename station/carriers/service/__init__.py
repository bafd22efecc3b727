"""Numbers and labels from a carrier's or platform's own service, asked for before the packer needs them."""
