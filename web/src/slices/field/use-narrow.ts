// Whether the board is one list (a phone) or columns.
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'

const NARROW = '(max-width: 599px)'

export function useNarrow(): boolean {
  const narrow = useSignal(matchMedia(NARROW).matches)
  useEffect(() => {
    const query = matchMedia(NARROW)
    const heard = () => (narrow.value = query.matches)
    query.addEventListener('change', heard)
    return () => query.removeEventListener('change', heard)
  }, [])
  return narrow.value
}
