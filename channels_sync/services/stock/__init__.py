"""Tell the channels how many units they may sell: fresh, in order, and never zero by accident."""
