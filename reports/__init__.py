"""Pure writers of files: typed data in, bytes out."""
