/** The id of the page of keys, so that others open it. */
export const keysDialogId = 'keys-dialog'

export const keysDialog = (): HTMLDialogElement | null => document.querySelector(`dialog#${keysDialogId}`)
