"""The try-out's company: people, archive and orders in every status, all made through the services."""
