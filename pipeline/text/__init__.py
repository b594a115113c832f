"""What every reader of a posting needs first: plain text, its language, windows around telling words."""
