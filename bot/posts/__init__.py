"""What stands in channels: runs, plans that wait for an approval, notices; posted once, edited in place."""
