"""Files that people bring: CSV, XLSX or Parquet, read row by row, within limits, exactly."""
