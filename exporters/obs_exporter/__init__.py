"""What the three exporters share: the page they serve, the scrape behind it, and the program around both."""

__version__ = "0.1.0"
