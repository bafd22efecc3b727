"""Articles, barcodes, suppliers, carriers, boxes."""
