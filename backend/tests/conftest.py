pytest_plugins = ["tests.fakes.fixtures", "tests.live"]
