/** Copies, also where there is no secure context; false when the browser does not let it. */
export async function copyText(
  text: string,
  field: HTMLInputElement | HTMLTextAreaElement | null,
): Promise<boolean> {
  if (window.isSecureContext) {
    const isDone = await navigator.clipboard.writeText(text).then(
      () => true,
      () => false,
    )
    if (isDone) return true
  }
  field?.focus()
  field?.select()
  return document.execCommand('copy')
}
