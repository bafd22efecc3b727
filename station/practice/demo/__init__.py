"""A demo warehouse: people, places, printers, carriers, and the ERP's files of a morning."""
