"""Who may do what with notices: everybody of an office writes, an approver publishes."""

from accounts.access import needs
from accounts.roles import Permission

writes = needs(Permission.NOTICES_WRITE)
publishes = needs(Permission.NOTICES_PUBLISH)
