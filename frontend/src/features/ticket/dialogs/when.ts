import { t } from '$lib/language';

export { localTime } from '$lib/time';

/** That hour so many days from now. */
const at = (now: Date, days: number, hour: number): Date => new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, hour);

/** Times that are often meant; those that have passed are not offered. */
export function soon(now: Date): { name: string; at: Date }[] {
  const friday = (5 - now.getDay() + 7) % 7 || 7;
  const monday = (8 - now.getDay()) % 7 || 7;
  return [
    { name: t('Today 17:00'), at: at(now, 0, 17) },
    { name: t('Tomorrow 12:00'), at: at(now, 1, 12) },
    { name: t('Friday 15:00'), at: at(now, friday, 15) },
    { name: t('Monday 09:00'), at: at(now, monday, 9) },
  ].filter((t) => t.at > now);
}
