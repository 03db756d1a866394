"""What a breach means: people, money, the four impact areas, what others pay back."""
