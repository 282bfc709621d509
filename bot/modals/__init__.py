"""The modals, one file each: what each shows, and what its buttons, forms and menus do."""
