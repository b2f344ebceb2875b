"""Grafana's dashboards, written in Python and kept as JSON in `monitoring/grafana`. Development alone needs what makes them.

python -m monitoring.dashboards            writes them anew; --check writes nothing
"""
