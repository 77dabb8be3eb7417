import tls from 'node:tls'

/** A certificate for `hooks.target.test` and `mail.target.test`, good from 2020 to 2120, whose key is known to everybody. */
export const certificate = {
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgL+y4yJE4Mn/suzRc
GmnwZqM2VV5rrgw1qR3vUty5s6WhRANCAATpOOW5fXePzLH5pZtikcKu/dSnSNAn
bJMkAOEqfvKhgc1X/5MM64mGSzlfP1z6F1qJX5r8QNIhIh5Ae7XYSU34
-----END PRIVATE KEY-----`,
  cert: `-----BEGIN CERTIFICATE-----
MIIBzzCCAXWgAwIBAgIUEx3u77Mav63VY37HS4v8g360adcwCgYIKoZIzj0EAwIw
GzEZMBcGA1UEAwwQVGVzdHMgb2YgdGFyZ2V0czAgFw0yMDAxMDEwMDAwMDBaGA8y
MTIwMDEwMTAwMDAwMFowHDEaMBgGA1UEAwwRaG9va3MudGFyZ2V0LnRlc3QwWTAT
BgcqhkjOPQIBBggqhkjOPQMBBwNCAATpOOW5fXePzLH5pZtikcKu/dSnSNAnbJMk
AOEqfvKhgc1X/5MM64mGSzlfP1z6F1qJX5r8QNIhIh5Ae7XYSU34o4GTMIGQMAkG
A1UdEwQCMAAwLgYDVR0RBCcwJYIRaG9va3MudGFyZ2V0LnRlc3SCEG1haWwudGFy
Z2V0LnRlc3QwEwYDVR0lBAwwCgYIKwYBBQUHAwEwHQYDVR0OBBYEFASUwFNa6BIb
wys1rs9j9eD4+WBvMB8GA1UdIwQYMBaAFDWpsHCkMBWxXkepbQ1omCzO80AbMAoG
CCqGSM49BAMCA0gAMEUCIQDakBw9l+/gzOnva8S3bY0ki9XrTIbxyDsvERmwQYWJ
EAIgdNI7vKUAQMNEn7s+LYXFHTw9ezA+diP4bpbsRW4MseA=
-----END CERTIFICATE-----`,
}

const authority = `-----BEGIN CERTIFICATE-----
MIIBfTCCASKgAwIBAgIUXoX0PflDKriiD4mqD+gZdwyjBAUwCgYIKoZIzj0EAwIw
GzEZMBcGA1UEAwwQVGVzdHMgb2YgdGFyZ2V0czAgFw0yMDAxMDEwMDAwMDBaGA8y
MTIwMDEwMTAwMDAwMFowGzEZMBcGA1UEAwwQVGVzdHMgb2YgdGFyZ2V0czBZMBMG
ByqGSM49AgEGCCqGSM49AwEHA0IABJalrQ7XRHtEJVFsBITGxruxJM7EF641055s
vuDsT4kzc4q8FMWd1TkFhBjK9A/H/YQLEZFGVC73Q4BsIrapBXyjQjBAMA8GA1Ud
EwEB/wQFMAMBAf8wDgYDVR0PAQH/BAQDAgIEMB0GA1UdDgQWBBQ1qbBwpDAVsV5H
qW0NaJgszvNAGzAKBggqhkjOPQQDAgNJADBGAiEAlUdRCTBYibPwQZkT/Kp1DdKw
cMbD1dmxW0yDT8RlJjwCIQCiIKyjPQFm/u1RBwATv4324A1SkaHpkBeXX7EqT7hB
cw==
-----END CERTIFICATE-----`

/** Makes this process believe the certificate until it is disposed. */
export const believeCertificate = (): Disposable => {
  const before = tls.getCACertificates('default')
  tls.setDefaultCACertificates([...before, authority])
  return { [Symbol.dispose]: () => tls.setDefaultCACertificates(before) }
}
