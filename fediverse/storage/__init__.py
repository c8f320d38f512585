"""What lies in files: media, and the node's own keys. An interface and its engines; nobody else opens files at run time."""
