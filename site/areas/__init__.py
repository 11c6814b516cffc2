"""Administrative divisions (GB/T 2260) with local pseudo-areas."""
