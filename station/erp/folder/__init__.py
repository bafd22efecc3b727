"""The folder connector: CSV and XLSX files from the office, confirmations for it."""
