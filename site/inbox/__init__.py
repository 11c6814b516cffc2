"""The desk where officers read and work the reports of their department."""
