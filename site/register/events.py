"""What the register lets higher packages know."""

from blinker import Signal

# Sent with the session as sender, inside the transaction that publishes, before it commits.
publication = Signal()
