"""Work that goes on by itself: the delivery of mails."""
