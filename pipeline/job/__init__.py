"""The job as its title names it: header, items, employer, employment type; role and level ask it both."""
