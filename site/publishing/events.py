"""What publishing lets others know."""

from blinker import Signal

# A privileged act, for the audit log. Sent with the session as sender inside the transaction of
# the act; keywords: act (submitted, approved, returned, published, published_without_desk,
# exported), area_code, officer_id (None at the command line), reason.
acted = Signal()
