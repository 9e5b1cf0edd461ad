"""Views: what people and programs see of a report - the command line, the explanation, the exports."""
