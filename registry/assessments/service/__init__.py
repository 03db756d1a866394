"""The write verbs of assessments, by who does them: begin and send, answer, hand in, review; and the files behind."""
