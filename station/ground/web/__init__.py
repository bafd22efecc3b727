"""The kit of pages: who asks, tables, bar codes, the app on the home screen."""
