import { useSyncExternalStore } from 'react'

/** What a person chose; `system` follows their computer. */
export type Theme = 'system' | 'light' | 'dark'

const name = 'parley.theme'
const listeners = new Set<() => void>()

function themeNow(): Theme {
  const { theme } = document.documentElement.dataset
  return theme === 'light' || theme === 'dark' ? theme : 'system'
}

/** Shows a theme and keeps the choice in this browser; `public/theme.js` reads it at the start. */
export function chooseTheme(theme: Theme): void {
  const { dataset } = document.documentElement
  if (theme === 'system') {
    delete dataset['theme']
    localStorage.removeItem(name)
  } else {
    dataset['theme'] = theme
    localStorage.setItem(name, theme)
  }
  for (const listener of listeners) listener()
}

export const useTheme = (): Theme =>
  useSyncExternalStore((listener) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }, themeNow)
