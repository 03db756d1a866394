"""The shipped reference values, each with its source, and the code that reads them."""
