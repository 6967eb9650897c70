const known = new Set<string>();

/** Registers a secret value: it is masked wherever it appears in a log or in evidence. Short values would mask ordinary words and are left out. */
export function secret(value: string): void {
  const parts = value.includes("\n") ? value.split("\n").filter((line) => !line.startsWith("-----")) : [value];
  for (const part of [value, ...parts]) {
    if (part.trim().length < 6) continue;
    known.add(part);
    // The same value inside a JSON text.
    known.add(JSON.stringify(part).slice(1, -1));
  }
}

/** A text with everything masked that looks like a secret, or is a registered one. */
export function redact(text: string): string {
  return patterns.reduce((kept, [pattern, mask]) => kept.replace(pattern, mask), maskKnown(text));
}

/** A text with the registered values masked and nothing else touched, so JSON stays JSON. */
export function maskKnown(text: string): string {
  let kept = text;
  for (const value of known) if (kept.includes(value)) kept = kept.replaceAll(value, mask);
  return kept;
}

/** Whether a field of this name holds a secret whatever its value looks like. */
export function isSecretName(name: string): boolean {
  return /pass(?:word|wd|phrase)|secret|private_?key|signing_?key|api_?key|authorization|cookie|^(?:.*[_-])?token$|(?:app|bot|auth|access)_?token|response_?url/i.test(
    name,
  );
}

const mask = "[secret]";
/** What ends a value in a command line, in YAML and in JSON. */
const value = String.raw`(?:\\?"(?:[^"\\]|\\.)*"?|'[^']*'?|[^\s"',;&\\}]+)`;

/** Every run before a keyword is bounded: a long word must not cost its square. */
const patterns: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN ([A-Z ]*)PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, `-----BEGIN $1PRIVATE KEY----- ${mask}`],
  [/\bxox[a-z]?(?:\.xox[a-z])?-[\w-]{6,}/g, mask],
  [/\bxapp-[\w-]{6,}/g, mask],
  [/(https:\/\/hooks\.slack\.com\/)[^\s"'>]+/g, `$1${mask}`],
  // Keystone's Fernet tokens.
  [/\bgAAAA[\w-]{20,}={0,2}/g, mask],
  [/\b([a-z][a-z0-9+.-]{0,30}:\/\/[^\s/:@"']{0,200}):[^\s/@"']+@/gi, `$1:${mask}@`],
  [
    /((?:X-(?:Auth|Subject|Service)-Token|Proxy-Authorization|Authorization|Cookie|Set-Cookie)["']?\s*[:=]\s*["']?)[^\r\n"'\\]+/gi,
    `$1${mask}`,
  ],
  [
    new RegExp(String.raw`(\w{0,40}(?:password|passwd|passphrase|secret|api[_-]?key|auth[_-]?token)\\?["']?\s*[:=]\s*)${value}`, "gi"),
    `$1${mask}`,
  ],
  [new RegExp(String.raw`(\w{0,40}token\\?["']?=)${value}`, "gi"), `$1${mask}`],
  [new RegExp(String.raw`((?<![\w-])--?[\w-]{0,40}(?:password|passwd|secret|token)\s+)${value}`, "gi"), `$1${mask}`],
  // etcdctl --user NAME:PASSWORD, ETCDCTL_USER=NAME:PASSWORD.
  [/((?:--user|ETCDCTL_USER)[=\s]+["']?[\w.-]+):[^\s"']+/g, `$1:${mask}`],
];
