// What a text names that looks like something of an account: an invoice, an address, a domain.
const invoice = /\bINV-\d[\d-]*\d\b/gi;
const address = /(?<![\d.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\d.]*\d)/g;
const domain = /(?<![@\w.-])(?:[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?\.)+[a-z]{2,24}\b/gi;
/** Ends of names of files, which look like domains. */
const file = /\.(?:txt|log|pdf|png|jpe?g|gif|zip|gz|docx?|xlsx?|csv|html?|php|js|json|ya?ml|xml|exe|conf|ini|eml|mp4)$/i;

/** Each once, in the order of kinds, as it was written. */
export function named(text: string): string[] {
  const all = [invoice, address, domain].flatMap((kind) => text.match(kind) ?? []).filter((name) => !file.test(name));
  return all.filter((name, i) => all.findIndex((other) => other.toLowerCase() === name.toLowerCase()) === i);
}
