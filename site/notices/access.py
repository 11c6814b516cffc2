"""Who may do what with notices, in one place: reading drafts, writing them, publishing them."""

from accounts.access import signed_in

READ, WRITE, PUBLISH = "notices.read", "notices.write", "notices.publish"

# Until roles are told apart, whoever is signed in may; that nobody publishes what they wrote
# themselves is kept by notices.publishing and by the database.
reads = writes = publishes = signed_in
