import { screen, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import type { Component } from 'svelte';
import { describe, expect, test, vi } from 'vitest';
import { openDesk, renderIn, settle, violations } from '../../tests/desk';
import Covered from '../features/ticket/Covered.svelte';
import NewRequest from './NewRequest.svelte';
import Shell from './Shell.svelte';

const user = userEvent.setup();
const at = (id: string) => screen.getByTestId(id);

async function write(options = {}) {
  const opened = await openDesk({ as: 'customer', rows: 0, ...options });
  opened.desk.write();
  const view = renderIn(opened.desk, NewRequest);
  await settle();
  return { ...opened, view };
}

describe('a request is opened under what one may use', () => {
  test('the product decides where it goes, and the ticket says what it was', async () => {
    const { fake, view, desk } = await write();
    expect(screen.queryByTestId('product-backup')).toBeNull(); // for others
    await user.click(at('product-shop-silver'));
    expect(at('product-said')).toHaveTextContent('17 of 20 requests are used');
    expect(within(at('new-department-servers')).getByRole('radio')).toBeChecked();
    await user.type(at('product-release'), '4.2');
    await user.type(at('new-subject'), 'The shop is slow');
    await user.type(at('new-text'), 'Since this morning.');
    expect(await violations(view.container)).toEqual([]);
    const sent = vi.spyOn(fake, 'openTicket');
    await user.click(at('new-send'));
    await settle();
    expect(sent.mock.calls[0]?.[0]).toMatchObject({ entitlement: 'shop-silver', release: '4.2', department: 'servers' });
    view.unmount();
    const opened = await fake.ticket(desk.selection.ticket);
    renderIn(desk, Covered as Component, { cover: opened.cover });
    await settle();
    expect(at('cover')).toHaveTextContent('Shop hosting, Silver, version 4.2');
    expect(at('cover')).toHaveTextContent('The reply is due by this.');
  });

  test('what has ended is taken, and said', async () => {
    const { fake } = await write();
    await user.click(at('product-mail-basic'));
    expect(at('product-said')).toHaveTextContent('This has ended. Your request is taken all the same');
    await user.type(at('new-subject'), 'Odd');
    await user.type(at('new-text'), 'Odd.');
    const sent = vi.spyOn(fake, 'openTicket');
    await user.click(at('new-send'));
    await settle();
    expect(sent).toHaveBeenCalledOnce();
  });

  test('the team sees those of whoever asks', async () => {
    const { fake } = await write({ as: 'staff' });
    expect(screen.queryByTestId('product-none')).toBeNull();
    const asked = vi.spyOn(fake, 'entitlements');
    await user.click(at('new-requester'));
    await settle();
    await user.click(screen.getAllByRole('option')[0]!);
    await settle();
    expect(asked).toHaveBeenCalled();
    expect(at('product-shop-silver')).toBeInTheDocument();
  });
});

test('my entitlements open by key, warn in time and name who may use them', async () => {
  const { desk } = await openDesk({ as: 'customer', rows: 0 });
  const { container } = renderIn(desk, Shell);
  const keys = (event: KeyboardEvent) => desk.actions.handle(event);
  window.addEventListener('keydown', keys);
  await settle();
  await user.keyboard('ge');
  await settle();
  const silver = within(at('entitlement-shop-silver'));
  expect(silver.getByText('17 of 20 requests used')).toBeVisible();
  expect(silver.getByText(/^Until .*which is soon$/)).toBeVisible();
  expect(at('entitlement-mail-basic')).toHaveTextContent('Ended after');
  expect(at('entitlement-backup')).toHaveTextContent('For Mert Aydın; ask one of them');
  expect(await violations(container)).toEqual([]);
  window.removeEventListener('keydown', keys);
});
