// uPlot asks for the number format of the browser's language when it is loaded. Browsers that run without a locale name one that no
// format knows ("en-US@posix"), and uPlot would not load. The panel writes its numbers itself.
try {
  new Intl.NumberFormat(navigator.language)
} catch {
  Object.defineProperty(navigator, 'language', { value: 'en-US', configurable: true })
}
