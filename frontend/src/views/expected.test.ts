import { render, screen, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { openDesk, renderIn, settle } from '../../tests/desk';
import RequestSide from '../features/ticket/RequestSide.svelte';
import NewRequest from './NewRequest.svelte';

const user = userEvent.setup();
const at = (id: string) => screen.getByTestId(id);

async function open(options = {}) {
  const { desk } = await openDesk({ as: 'customer', rows: 0, ...options });
  desk.write();
  renderIn(desk, NewRequest);
  await settle();
}

test('every urgency says what it means, with an example and by when an answer is promised', async () => {
  await open();
  expect(at('new-urgency-high')).toHaveTextContent('Something important stands still for several people. The branch cannot print labels.');
  expect(at('new-urgency-high')).not.toHaveTextContent(/promised/);
  await user.click(at('new-department-mail'));
  await settle();
  for (const id of ['question', 'normal', 'high', 'emergency']) expect(at(`new-urgency-${id}`)).toHaveTextContent(/Answer promised by .*\d\d:\d\d/);
  expect(at('new-answer')).toHaveTextContent('Mail & DNS: usually 40 min, nearly always within 3 h of opening time.');
  expect(at('new-answer')).not.toHaveTextContent(/Opens|last sync/);
});

test('a closed team says when it opens, and offline as of when that is known', async () => {
  await open({ state: 'offline' });
  expect(at('departments-as-of')).toHaveTextContent(/^How soon they answer is as of last sync (\w{3} )?\d\d:\d\d\.$/);
  await user.click(at('new-department-billing'));
  await settle();
  expect(at('new-answer')).toHaveTextContent(/Billing: usually by Mon 11:00\. Opens .*09:00\. As of last sync (\w{3} )?\d\d:\d\d\.$/);
});

test('a department says how soon it answers, when it opens, and what it promises, whatever comes usually', async () => {
  await open();
  expect(screen.queryByTestId('departments-as-of')).toBeNull();
  await user.click(at('new-department-mail'));
  expect(at('usual-mail')).toHaveTextContent(/^usually 40 min, nearly always within 3 h of opening time$/);
  expect(at('promised-mail')).toHaveTextContent(/^Promised within 2 h of opening time\.$/);
  expect(at('usual-billing')).toHaveTextContent(/^usually by Mon 11:00; opens .*09:00$/);
  expect(screen.queryByTestId('promised-servers')).toBeNull();
  // Figures are of what is called so urgent; without any it says what the department says, and promises the same.
  await user.click(within(at('new-urgency-high')).getByRole('radio'));
  expect(at('usual-mail')).toHaveTextContent(/^usually 40 min$/);
  expect(at('promised-mail')).toHaveTextContent(/^Promised within 2 h of opening time\.$/);
});

test('what waits for its first answer says how soon one comes, and offline as of when', async () => {
  const { desk, fake } = await openDesk({ as: 'customer', rows: 0 });
  const t = fake.tickets[0];
  if (!t) throw new Error('no request');
  Object.assign(t, { status: 'triage', department: 'mail', urgency: 'normal', entries: t.entries.slice(0, 1) });
  const side = async (asOf = '') => {
    const made = render(RequestSide, { view: await fake.ticket(t.id), card: undefined, now: desk.clock.now, asOf });
    const text = within(made.container).getByTestId('outlook').textContent;
    made.unmount();
    return text;
  };
  expect(await side()).toBe('Answers in Mail & DNS: usually 40 min, nearly always within 3 h of opening time.');
  const morning = new Date(desk.clock.now);
  morning.setHours(10, 12);
  expect(await side(morning.toISOString())).toMatch(/of opening time\. As of 10:12\.$/);
  t.department = 'billing';
  expect(await side()).toMatch(/^Answers in Billing: usually by Mon 11:00\. It opens .*09:00\.$/);
});

test('what waits says where it stands and why, asked again with the request, and as of when it is known', async () => {
  const { desk, fake } = await openDesk({ as: 'customer', rows: 0 });
  const t = fake.tickets.find((x) => x.subject.startsWith('Paying'));
  if (!t) throw new Error('no request');
  const of = { waits: true, queued: true, outages: 2, outagesLater: 2, others: 0, othersLater: 0, at: new Date(Date.now() - 86_400_000).toISOString(), fresh: true };
  const place = vi.fn(() => Promise.resolve({ ...of }));
  const side = render(RequestSide, { view: await fake.ticket(t.id), card: undefined, now: desk.clock.now, place });
  await settle();
  expect(side.getByTestId('place')).toHaveTextContent(/^2 urgent outages are being handled before this: they came later and were put before it\.$/);
  Object.assign(of, { fresh: false });
  place.mockClear();
  await side.rerender({ view: await fake.ticket(t.id) });
  await settle();
  expect(place).toHaveBeenCalledExactlyOnceWith(t.id);
  await side.rerender({ now: new Date(desk.clock.now.getTime() + 61_000) });
  await settle();
  expect(place).toHaveBeenCalledTimes(2);
  expect(side.getByTestId('place')).toHaveTextContent(/put before it\. As of yesterday \d\d:\d\d\.$/);
  // Nothing is asked of what does not wait.
  t.status = 'waiting_customer';
  place.mockClear();
  await side.rerender({ view: await fake.ticket(t.id) });
  await settle();
  expect(side.queryByTestId('place')).toBeNull();
  expect(place).not.toHaveBeenCalled();
});
