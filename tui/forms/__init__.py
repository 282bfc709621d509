"""The pieces of a form: the line that each field is asked on."""
