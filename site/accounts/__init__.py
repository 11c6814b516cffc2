"""Officers: sign-in, membership of departments, and the wraps of departments' private keys."""
