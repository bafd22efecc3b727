"""CSV and XLSX files that people fill in: opened apart, read as rows of text, judged cell by cell."""
