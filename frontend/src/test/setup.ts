// Only tests with a page need these modules, which take longer to load than most tests without one take to run.
if (typeof document !== 'undefined') {
  const { setUpPage } = await import('@/test/page-setup')
  setUpPage()
}

export {}
