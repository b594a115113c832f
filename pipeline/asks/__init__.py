"""What the text asks for and offers beside the job: skills, needs, degree, years, visa."""
