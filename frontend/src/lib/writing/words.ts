// Times and sizes as letters, receipts and files say them. The day changes once a day: now is read here.
import { t } from '../language';
import * as time from '../time';
import { bytes } from '../words';

/** "14:02" today, "Tue 14:02" this week, "9 Nov 14:02" before. */
export const clock = (at: string, now = new Date()): string => time.whenExactly(at, now);

/** The same to the second, for receipts. */
export function clockSeconds(at: string, now = new Date()): string {
  const d = time.parse(at);
  if (!d) return '';
  return time.daysBetween(d, now) === 0 ? time.clockSeconds(d) : `${time.date(d, now)} ${time.clockSeconds(d)}`;
}

/** "11 of 18 MB" while a file is on its way. */
export function moved(size: number, progress: number): string {
  const [n = '', unit = ''] = bytes(size).split('\u00a0');
  const scale = unit === 'MB' ? 1_000_000 : unit === 'kB' ? 1000 : 1;
  const done = (size * Math.min(1, progress)) / scale;
  return t('{what} of {n}\u00a0{unit}', { what: n.includes('.') ? done.toFixed(1) : Math.round(done), n, unit });
}

/** Whether parts of it can be painted over. */
export const coverable = (file: { type: string; state: string }): boolean => file.state !== 'missing' && ['image/png', 'image/jpeg', 'image/gif', 'image/webp'].includes(file.type);
