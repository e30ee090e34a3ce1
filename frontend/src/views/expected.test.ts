import { screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import { openDesk, renderIn, settle } from '../../tests/desk';
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
  expect(at('new-answer')).toHaveTextContent('Mail & DNS: usually 40 min.');
  expect(at('new-answer')).not.toHaveTextContent(/Opens|last sync/);
});

test('a closed team says when it opens, and offline as of when that is known', async () => {
  await open({ state: 'offline' });
  await user.click(at('new-department-billing'));
  await settle();
  expect(at('new-answer')).toHaveTextContent(/Billing: usually by Mon 11:00\. Opens .*09:00\. As of last sync \d\d:\d\d\.$/);
});
