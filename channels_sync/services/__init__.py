"""What channel synchronization does: take messages and files in, and put right what went wrong."""
