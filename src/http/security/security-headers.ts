/** What every answer tells browsers; pages that need more replace the content policy. HSTS where the world reaches the server by HTTPS. */
export const securityHeaders = ({ https }: { https: boolean }): Map<string, string> =>
  new Map([
    ['X-Content-Type-Options', 'nosniff'],
    ['Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'"],
    ['Referrer-Policy', 'no-referrer'],
    ['Cross-Origin-Resource-Policy', 'same-origin'],
    ['Cross-Origin-Opener-Policy', 'same-origin'],
    ...(https ? [['Strict-Transport-Security', 'max-age=31536000'] as const] : []),
  ])
