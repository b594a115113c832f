"""Commands that make the data files of the rooms; nothing that runs imports them."""
