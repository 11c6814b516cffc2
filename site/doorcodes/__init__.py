"""One code per door: issue, poster, the page a scan opens, does-it-match."""
