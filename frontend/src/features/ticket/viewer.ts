import type { FileInfo } from '$lib/backend';

/** Pictures the window shows itself. SVG is left out: it can carry more than a picture, and is read as the text it is. */
const pictures = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp']);

/** What is text in spite of its type. */
const texts = /^(?:application\/(?:json|.*\+json|xml|.*\+xml|x-ndjson|javascript|x-sh|x-yaml|yaml|toml|sql)|image\/svg\+xml|message\/rfc822)\b/;
const ends = /\.(?:te?xt|log|csv|tsv|conf|cfg|cnf|ini|env|toml|ya?ml|json|xml|eml|md|diff|patch|sql|sh|bat|ps1|reg|html?|css|js|ts|py|php|pem|crt|csr|ics|vcf|srt|out|err)$/i;

/** Whether the window shows it; all else is saved. What it really is, is seen when it is read. */
export const shown = (file: FileInfo): boolean =>
  file.state !== 'gone' && (pictures.has(file.type) || file.type.startsWith('text/') || texts.test(file.type) || ((file.type === '' || file.type === 'application/octet-stream') && ends.test(file.name)));
