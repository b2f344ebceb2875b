"""What no single event can show: findings and live headcounts, on Faust. Nothing is served from here yet."""
