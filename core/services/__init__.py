"""One module per admin flow: all that the command line and the faces ever call."""
