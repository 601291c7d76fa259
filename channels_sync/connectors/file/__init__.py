"""Orders in a file: CSV, XLSX or Parquet, read row by row and never as a whole."""
