"""A list of the office, declared once: page, CSV, XLSX and paper follow."""
