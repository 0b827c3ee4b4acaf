// Only tests with a page need these modules, which take longer to load than most tests without one take to run.
if (typeof document !== 'undefined') await import('@/test/page-setup')

export {}
