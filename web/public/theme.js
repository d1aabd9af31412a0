// Sets theme and language before the first paint, so that a dark room is never lit by a white page.
{
  let theme = null
  let language = null
  try {
    theme = localStorage.getItem('siaga.theme')
    language = localStorage.getItem('siaga.language')
  } catch {
    // Storage is off: follow the device, Indonesian.
  }
  const known = theme === 'dark' || theme === 'light' || theme === 'sun'
  const device = matchMedia('(prefers-color-scheme: light)').matches ? 'light' : 'dark'
  document.documentElement.dataset.theme = known ? theme : device
  document.documentElement.lang = language === 'en' ? 'en' : 'id'
}
