// Runs before the first paint, so that a dark page never flashes white.
// Mirrors stores/preferences.ts and lib/base-path.ts.
;(function () {
  var theme = null
  var language = null
  var textSize = null
  try {
    var base = document.querySelector('meta[name="base-path"]').content.replace(/\/$/, '')
    var name = base ? base + ':preferences' : 'preferences'
    var saved = JSON.parse(localStorage.getItem(name) || '{}').state || {}
    theme = saved.theme
    language = saved.language
    textSize = saved.textSize
  } catch {
    // Storage is disabled or unreadable: the system's theme applies.
  }
  var dark = theme === 'dark' || (theme !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
  document.documentElement.dataset.theme = dark ? 'dark' : 'light'
  if (textSize) document.documentElement.dataset.textSize = textSize
  if (language) document.documentElement.lang = language
})()
