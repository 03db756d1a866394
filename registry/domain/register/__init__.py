"""What people register, as values: facts, parameters, the rules they obey and the warnings on them."""
