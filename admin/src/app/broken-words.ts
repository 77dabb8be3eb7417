// What the browsers and Vite say of a part that could not be loaded.
const notLoaded =
  /unable to preload css|dynamically imported module|importing a module script failed|module script|loading chunk/i

/** What is said of a place that failed: a part that was not loaded is no fault of the place. */
export const brokenWords = (error: unknown): { title: string; about: string } => {
  const text = error instanceof Error ? error.message : String(error)
  return notLoaded.test(text)
    ? {
        title: 'This page could not be loaded',
        about: 'The server may have been updated meanwhile, or is not reached now.',
      }
    : { title: 'This page could not be shown', about: `The panel has a fault: ${text}` }
}
