"""What is asked before something is done: each opens over a screen and gives back an answer, None when it is left."""
