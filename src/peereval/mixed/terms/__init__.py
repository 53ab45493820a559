"""What a formula means on a table: columns, levels, and how they nest."""
