// Runs before the first paint, so that a kept choice of theme never flashes in the other one.
// A file of its own, because the content security policy allows no script inside the page.
try {
  const kept = localStorage.getItem('parley.theme')
  if (kept === 'light' || kept === 'dark') document.documentElement.dataset.theme = kept
} catch {
  // Storage is closed to this page: the system's theme stays.
}
