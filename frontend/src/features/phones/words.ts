import type { PhoneLine } from '$lib/backend';
import { whenInWords } from '$lib/time';

const names = (kind: 'language' | 'region', code: string): string => {
  try {
    return new Intl.DisplayNames('en', { type: kind }).of(code) ?? code;
  } catch {
    return code;
  }
};

/** "English and French" */
export function spoken(line: PhoneLine): string {
  const all = line.languages.map((l) => names('language', l));
  return all.length < 2 ? (all[0] ?? '') : `${all.slice(0, -1).join(', ')} and ${all.at(-1)}`;
}

export const country = (line: PhoneLine): string => (line.country ? names('region', line.country.toUpperCase()) : '');

/** What there is to know before dialling, in one line. */
export function about(line: PhoneLine, now: Date): string {
  const hours = line.open ? '' : line.opens ? `Closed, opens ${whenInWords(line.opens, now)}` : 'Closed';
  return [hours, spoken(line), line.menu, line.tollFree ? `free within ${country(line)}` : ''].filter(Boolean).join(' · ');
}
