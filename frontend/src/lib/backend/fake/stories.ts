import { change, entry, file, make, noClaim, note, receipt, type FakeTicket } from './world';

const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
const seen = (minutes: number, by: string, later: number) => receipt('seen', ago(minutes), { seenBy: by, seenAt: ago(later) });

/** The tickets told by hand. due counts minutes from now; negative is late. */
export function stories(): FakeTicket[] {
  const list: (Partial<FakeTicket> & Pick<FakeTicket, 'subject' | 'requester'>)[] = [
    {
      subject: 'Prescriptions no longer leave by mail', requester: 'miriam', owner: 'jonas', priority: 'high', urgency: 'emergency', type: 'incident', claim: { down: 'Everything we send by mail', since: 'This morning, about nine', impact: 'several', severity: 'stopped' },
      proposal: { priority: 'emergency', why: 'Several people, work has stopped' }, updated: 4, waiting: 124, due: 34, tags: ['spf', 'move', 'nine-branches'], dueUsed: 0.57, read: 4, ccs: ['mert'],
      entries: [
        entry('miriam', 155, 'Since this morning no prescription reaches a practice. Every message comes back with this:\n\n    550 5.7.23 SPF check failed, 203.0.113.47 not permitted\n\nNine branches are affected. We write them by hand for now.', { files: [file('bounce-0752.eml', 14_200, 'message/rfc822'), file('outlook-error.png', 212_000, 'image/png')] }),
        change('anna', 142, 'referred', 'Anna passed this from Care to Mail & DNS. Tried: MX, quota.'),
        note('marek', 137, 'Ours, not theirs: the move last night dropped an include from their record. @Jonas please do not ask her to edit anything.'),
        entry('jonas', 128, 'Hello Miriam, our move last night left one address out of your record. It is back in since 11:50. Servers that asked before may still refuse for up to an hour.\n\nDoes mail to the practices arrive again?', { to: 'to Miriam, cc Mert', receipt: seen(128, 'Miriam', 117) }),
        entry('miriam', 4, 'The first two practices have it again, thank you! One still bounces with the same text. Can the afternoon run go out? It has 140 messages.'),
      ],
      draft: { key: '', ticket: '', kind: 'reply', text: 'Yes, the afternoon run can go. The last practice asks again within half an hour; I will write to you then.', subject: '', department: '', urgency: '', type: '', claim: noClaim, org: '', private: false, ccs: [], refs: [], files: [], basis: 5, updated: ago(2), beside: { asks: [], answers: [], refers: 0, corrects: false } },
    },
    { subject: 'Mailbox says full, but 40 GB are booked', requester: 'henrik', owner: 'jonas', priority: 'high', updated: 85, waiting: 1500, due: -12, dueUsed: 1, read: 1, attention: true },
    { subject: 'Newsletter fails the DMARC check', requester: 'elif', updated: 22, waiting: 22, tags: ['spf'], due: 46, dueUsed: 0.4, read: 0, entries: [entry('elif', 22, 'Our newsletter goes out on Thursday. The test says “DMARC: fail” for the new domain. What must we set, and can you do it?', { files: [file('dmarc-report.xml', 4_100, 'text/xml')] })] },
    { subject: 'Mail to the second site is an hour late', requester: 'paul', owner: 'anna', updated: 64, waiting: 64, due: 64, dueUsed: 0.5 },
    { subject: 'Transfer has said “pending” for six days', requester: 'ines', owner: 'jonas', updated: 66, waiting: 66, due: 84, dueUsed: 0.3, queued: true },
    { subject: 'Certificate warning on shop.lenz-rad.example', requester: 'tobias', updated: 125, waiting: 125, due: 114, dueUsed: 0.25, read: 0 },
    { subject: 'Catch-all still forwards to an old address', requester: 'ruth', owner: 'priya', updated: 180, waiting: 180, due: 144, dueUsed: 0.2 },
    { subject: 'Phone asks for the password twice', requester: 'yusuf', owner: 'jonas', updated: 245, waiting: 245, due: 1150, dueUsed: 0.02, entries: [entry('yusuf', 245, 'On two phones, after every restart. The desktop is fine.', { files: [file('screen.jpg', 890_000, 'image/jpeg')] })] },
    { subject: 'New mailbox by Monday for a colleague', requester: 'saga', owner: 'jonas', updated: 2900, waiting: 2900, due: 5400, dueUsed: 0.01 },
    { subject: 'حساب البريد لا يفتح على الهاتف', requester: 'dana', updated: 310, waiting: 310, due: 1300, dueUsed: 0.1, read: 0, department: 'care' },
    { subject: 'Restore a mailbox as of 14 November', requester: 'carla', owner: 'jonas', status: 'waiting_customer', updated: 1500, waiting: 1500, due: 1400, dueKind: 'close' },
    { subject: 'One carrier refuses mail over IPv6', requester: 'ruth', owner: 'marek', status: 'waiting_third_party', updated: 4400, waiting: 4400, due: null },
    { subject: 'Password resets land in spam', requester: 'noor', owner: 'jonas', status: 'waiting_customer', updated: 4500, waiting: 4500, due: 5700, dueKind: 'close' },
    { subject: 'Move to the new mail platform after Christmas', requester: 'owen', owner: 'tomas', status: 'on_hold', updated: 17_500, waiting: 17_500, due: 66_000, dueKind: 'hold' },
    { subject: 'Cannot sign in to webmail on the tablet', requester: 'leila', owner: 'anna', status: 'solved', updated: 46, waiting: 300 },
    {
      subject: 'Paying takes 20 seconds since the update', requester: 'elif', owner: 'anna', department: 'servers', priority: 'high', urgency: 'high', type: 'incident', claim: { down: 'Paying in the shop', since: 'The update on Tuesday', impact: 'everyone', severity: 'degraded' }, updated: 2, waiting: 4, due: 39, dueUsed: 0.4, ccs: ['mert'],
      entries: [
        entry('elif', 294, 'Since last night’s update, pressing “Pay” takes about 20 seconds. Yesterday it was instant. Some people give up, and our winter sale starts on Saturday.', { receipt: seen(294, 'Anna', 259) }),
        change('anna', 266, 'referred', 'Anna took this to Servers'),
        entry('anna', 248, 'Good morning Elif, I can see it too. The shop waits for a shipping service that no longer answers. Would you switch “Live rates” off for now? That makes paying quick again while I look for the real fix.', { to: 'to Elif, cc Mert' }),
        entry('elif', 4, 'That helps, it is quick again! Will live rates be back before Saturday?', { receipt: seen(4, 'Anna', 2) }),
        entry('elif', 1, 'Here is how it looked this morning.', { files: [file('paying-slowly.mp4', 18_000_000, 'video/mp4', 'up', 0.62)], receipt: receipt('queued', ago(1), { waits: 'goes out when the file is up' }), outbox: 'o-file' }),
      ],
    },
    { subject: 'Transfer of our second domain', requester: 'elif', owner: 'anna', status: 'waiting_customer', updated: 138, waiting: 138, due: 2800, dueKind: 'close', read: 2 },
    { subject: 'Invoice shows the old address', requester: 'elif', department: 'billing', updated: 46, waiting: 46, due: 1200, dueUsed: 0.1 },
    { subject: 'Second mailbox for the workshop', requester: 'mert', owner: 'priya', status: 'on_hold', updated: 2880, waiting: 2880, due: 5400, dueKind: 'hold', ccs: ['elif'] },
    { subject: 'Newsletter pictures missing in Outlook', requester: 'elif', owner: 'marek', status: 'solved', updated: 14_400, waiting: 15_000 },
    { subject: 'Forgot the webmail password', requester: 'elif', owner: 'anna', status: 'solved', updated: 23_000, waiting: 23_100 },
  ];
  return list.map((part, i) => make(part, i));
}
