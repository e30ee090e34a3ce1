import type { ArticleRow, HelpLevel, HelpReaders } from '$lib/backend';
import { language, locale, t } from '$lib/language';

/** Whom something is for, in words. */
export const readersWords = (readers: HelpReaders, orgName: string): string =>
  readers === 'org' ? t('For {org} alone', { org: orgName }) : { public: t('For everybody'), customers: t('For customers'), staff: t('For the team') }[readers];

/** How far an article is; "" for one that its readers have as it is. */
export const stateWords = (a: Pick<ArticleRow, 'state' | 'changing'>): string =>
  ({ draft: t('Draft'), review: t('Waits for review'), published: a.changing ? t('A change is being written') : '', retired: t('Retired') })[a.state];

/** How many it helped, as far as that is told. */
export const helpedWords = (a: Pick<ArticleRow, 'helped'>, ours: boolean): string =>
  a.helped === 0 ? '' : ours ? t('{n, plural, one {helped # person} other {helped # people}}', { n: a.helped }) : t('Helped {n} people or more', { n: a.helped });

/** The language of a text in words, where it is not the reader's own; "" else. */
export function foreign(code: string): string {
  if (!code || code === language()) return '';
  try {
    return new Intl.DisplayNames(locale(), { type: 'language' }).of(code) ?? code;
  } catch {
    return code;
  }
}

/** How much somebody hears of what they follow. */
export const levelWords = (level: HelpLevel): string => ({ all: t('at once'), digest: t('daily'), '': '' })[level];

/** The choices of how much to hear. */
export const levels = (now: HelpLevel): { id: string; label: string; checked: boolean }[] => [
  { id: 'all', label: t('Tell me at once what changes'), checked: now === 'all' },
  { id: 'digest', label: t('Tell me once a day'), checked: now === 'digest' },
  { id: 'none', label: t('Do not follow'), checked: now === '' },
];
