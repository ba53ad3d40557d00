"""One video's page: what is true of the video as a whole, and a tab for each kind of detail."""
