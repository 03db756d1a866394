"""The sheets of the audit workbook, each worked out from one cut through the database."""
