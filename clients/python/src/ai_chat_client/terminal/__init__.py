"""`ai-chat`: a chat in the terminal."""
