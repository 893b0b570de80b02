"""Writes the queries of a Grafana dashboard as rules of a Prometheus, so that `promtool check rules` reads them.

Variables stand for what they could hold.
"""

import json
import sys

STANDS_FOR = {"$__rate_interval": "5m", "$__range": "6h", "$action": ".*"}


def queries(dashboard):
    for panel in dashboard["panels"]:
        for number, target in enumerate(panel.get("targets", [])):
            query = target["expr"]
            for variable, value in STANDS_FOR.items():
                query = query.replace(variable, value)
            if "$" in query:
                sys.exit(f"panel {panel['id']}: no value is known for a variable in: {query}")
            yield f"panel:{panel['id']}:{number}", query


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        dashboard = json.load(file)
    rules = [{"record": name, "expr": query} for name, query in queries(dashboard)]
    # JSON is YAML.
    json.dump({"groups": [{"name": "dashboard", "rules": rules}]}, sys.stdout, indent=1)


main()
