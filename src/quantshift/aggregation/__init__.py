"""From the cells' records to whole tables, a file for each table."""
