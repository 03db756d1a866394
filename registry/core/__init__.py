"""The few mechanisms every feature uses, one file each."""
