"""From parsed sentences to actors, places, dates, events and claims."""
