"""From words to places and back, in process, over the agency's own geofile."""
