import type { PhoneLine } from '$lib/backend';
import { locale, t } from '$lib/language';
import { listed } from '$lib/words';
import { whenInWords } from '$lib/time';

const names = (kind: 'language' | 'region', code: string): string => {
  try {
    return new Intl.DisplayNames(locale(), { type: kind }).of(code) ?? code;
  } catch {
    return code;
  }
};

/** "English and French" */
export function spoken(line: PhoneLine): string {
  const all = line.languages.map((l) => names('language', l));
  return listed(all);
}

export const country = (line: PhoneLine): string => (line.country ? names('region', line.country.toUpperCase()) : '');

/** What there is to know before dialling, in one line. */
export function about(line: PhoneLine, now: Date): string {
  const hours = line.open ? '' : line.opens ? t('Closed, opens {opens}', { opens: whenInWords(line.opens, now) }) : t('Closed');
  return [hours, spoken(line), line.menu, line.tollFree ? t('free within {country}', { country: country(line) }) : ''].filter(Boolean).join(' · ');
}
