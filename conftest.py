pytest_plugins = ["testkit.fakes.fixtures", "testkit.live", "tests.log_lines"]
