"""The operator's door: `fediverse`, one file a noun.

Each command reads its words, opens the node without a server, calls one verb or question, and prints. Passwords are read from standard input, never from
the command line, where other users of the machine and the shell's history would see them. A listing takes `--json`. Exit status 0: done; 1: refused or
failed, with one line on standard error that says what to do; 2: wrong usage. `fediverse.__main__` imports only the file of the noun that was asked for.
"""
