pytest_plugins = ["tests.fakes.fixtures", "tests.live", "tests.log_lines"]
