pytest_plugins = [
    "testkit.own_databases",  # first: emptying imports it
    "testkit.emptying",
    "testkit.event_loop",
    "testkit.fakes.fixtures",
    "testkit.live",
    "testkit.statement_watch",
    "tests.log_lines",
]
