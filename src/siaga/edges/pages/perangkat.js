// Takes up a one-time link. The code stands behind `#`, so that no server log ever holds it; a person presses the
// button, so that a preview of the link in a chat does not use it up.
const said = document.getElementById('said')
const go = document.getElementById('go')
const code = decodeURIComponent(location.hash.slice(1))
const WORDS = {
  none: 'Tautan ini tidak lengkap. Minta yang baru kepada administrator. · This link is not complete.',
  done: 'Perangkat terdaftar. · The device is enrolled.',
  away: 'Tidak ada sambungan ke server. Coba lagi. · No connection to the server. Try again.',
}

async function enrol() {
  go.disabled = true
  let answer
  try {
    answer = await fetch('/api/devices/enrol', {
      method: 'POST',
      credentials: 'same-origin',
      headers: { 'Content-Type': 'application/json', 'Accept-Language': navigator.language },
      body: JSON.stringify({ code }),
    })
  } catch {
    said.textContent = WORDS.away
    go.disabled = false
    return
  }
  const body = await answer.json().catch(() => ({}))
  if (!answer.ok) {
    said.textContent = body.reason || WORDS.none
    go.disabled = answer.status !== 429
    return
  }
  history.replaceState(null, '', location.pathname) // the code is used up: do not keep it in the history
  said.textContent = WORDS.done + (body.session.unit ? ` (${body.session.unit})` : '')
  document.getElementById('on').hidden = false
}

if (!code) {
  go.disabled = true
  said.textContent = WORDS.none
}
go.addEventListener('click', enrol)
