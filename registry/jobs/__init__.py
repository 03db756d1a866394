"""The scheduler process: ticks that plan, send and tidy, and the place where long work is done."""
