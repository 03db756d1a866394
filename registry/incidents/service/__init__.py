"""The write verbs of incidents, by what they are about: declaring, moving on, the timeline."""
