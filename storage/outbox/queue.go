package outbox

import (
	"bytes"
	"cmp"
	"slices"
	"time"

	"docket/app/desk"
)

// apply lays one durable record over the state. It may not fail: what it
// cannot make sense of changes nothing.
func (o *Outbox) apply(r record) {
	it := o.byID[r.ID]
	if it != nil {
		o.moved[it.Command.Ticket] = true
	}
	if r.Item != nil {
		o.moved[r.Item.Command.Ticket] = true
	}
	switch r.Op {
	case opState:
		o.lastSent, o.settled = max(o.lastSent, r.LastSent), max(o.settled, r.SettledUpTo)
		o.insert(r.Item)
	case opAdd:
		o.remove(r.Drop)
		o.insert(r.Item)
	case opSend:
		for i, id := range r.IDs {
			if it := o.byID[id]; it != nil {
				it.State, it.DSeq, it.SentAt = Sent, r.DSeq+uint64(i), r.At
				o.moved[it.Command.Ticket] = true
			}
			o.lastSent = max(o.lastSent, r.DSeq+uint64(i))
		}
	case opSettle:
		o.applySettle(r)
	case opReplace:
		if it != nil && r.Item != nil {
			delete(o.byID, it.ID)
			*it = *r.Item
			o.byID[it.ID] = it
		}
	case opDiscard:
		o.applyDiscard(it, r.At)
	case opRelease:
		if it != nil {
			it.NotBefore = time.Time{}
		}
	case opForget:
		for _, id := range r.IDs {
			if it := o.byID[id]; it != nil && it.State == Confirmed {
				o.moved[it.Command.Ticket] = true
				o.remove(id)
			}
		}
	case opRequeue:
		o.applyRequeue(r.DSeq)
	case opFork:
		for _, it := range o.items {
			o.moved[it.Command.Ticket] = true
			if it.State == Sent {
				it.State = Queued
			}
			it.DSeq = 0
		}
		o.lastSent, o.settled = 0, 0
	}
}

func (o *Outbox) insert(it *Item) {
	if it == nil || o.byID[it.ID] != nil {
		return
	}
	o.items = append(o.items, it)
	o.byID[it.ID] = it
}

func (o *Outbox) remove(id desk.CommandID) {
	it := o.byID[id]
	if it == nil {
		return
	}
	delete(o.byID, id)
	o.items = slices.DeleteFunc(o.items, func(x *Item) bool { return x == it })
}

func (o *Outbox) applySettle(r record) {
	o.settled = max(o.settled, r.DSeq)
	it := o.byID[r.ID]
	if it == nil {
		return
	}
	if it.kind().Marks() {
		// A read mark is nothing a person wrote: whatever came of it is over.
		o.remove(it.ID)
		return
	}
	it.State, it.SettledAt, it.Receipt = outcome(r.Receipt.Outcome), r.At, r.Receipt
}

func outcome(oc desk.Outcome) State {
	switch oc {
	case desk.OK:
		return Confirmed
	case desk.Held:
		return Held
	case desk.Conflict:
		return Conflict
	default:
		// An outcome of a newer server: not done, so the author must see it.
		return Refused
	}
}

// applyDiscard drops an item. What hangs on a dropped opening can never be
// sent, so it comes back to its author with its text.
func (o *Outbox) applyDiscard(it *Item, at time.Time) {
	if it == nil {
		return
	}
	o.remove(it.ID)
	if it.kind() != desk.CmdOpen {
		return
	}
	for _, dep := range slices.Clone(o.items) {
		if dep.Command.Ticket != it.Command.Ticket || dep.State != Queued {
			continue
		}
		if dep.kind().Marks() {
			o.remove(dep.ID)
			continue
		}
		dep.State, dep.SettledAt = Refused, at
		dep.Receipt = &desk.Receipt{
			Command: dep.ID, Outcome: desk.Refused, Ticket: dep.Command.Ticket, At: at,
			Error: &desk.Error{
				Code:    desk.CodeNotFound,
				Message: "The request this belongs to was discarded before it was sent.",
				Hint:    "Copy the text into a new request, or discard this too.",
			},
		}
	}
}

// applyRequeue makes what a restored server does not know any more go again.
// It goes first and in the order it went before, under new numbers: dense ones
// need no place holders for what was refused or has been forgotten since.
func (o *Outbox) applyRequeue(after uint64) {
	var again, rest []*Item
	for _, it := range o.items {
		if it.DSeq > after && (it.State == Confirmed || it.State == Sent) {
			again = append(again, it)
		} else {
			rest = append(rest, it)
		}
	}
	slices.SortFunc(again, func(a, b *Item) int { return cmp.Compare(a.DSeq, b.DSeq) })
	for _, it := range again {
		o.moved[it.Command.Ticket] = true
		it.State, it.DSeq, it.Receipt, it.NotBefore = Queued, 0, nil, time.Time{}
		it.SentAt, it.SettledAt = time.Time{}, time.Time{}
	}
	for _, it := range rest {
		if it.DSeq > after {
			it.DSeq = 0
		}
	}
	o.items = append(again, rest...)
	o.lastSent, o.settled = min(o.lastSent, after), min(o.settled, after)
}

// Add stores a command durably before it returns; adding the same one again
// gives the item there is. With CodeDiskFull nothing was stored and the text
// is still only the caller's.
func (o *Outbox) Add(cmd desk.Command, notBefore time.Time) (Item, error) {
	defer o.tell()
	o.queueing.Lock()
	defer o.queueing.Unlock()
	body, err := o.cfg.Encode(cmd)
	if err != nil {
		return Item{}, err
	}
	if it := o.byID[cmd.ID]; it != nil {
		if !bytes.Equal(it.Body, body) {
			return Item{}, &desk.Error{Code: desk.CodeInvalid, Message: "Another message is kept under this name already."}
		}
		return o.copy(it), nil
	}
	r := record{Op: opAdd, Item: &Item{
		ID: cmd.ID, Command: cmd, State: Queued, QueuedAt: o.cfg.Now(), NotBefore: notBefore, Body: body,
	}}
	if cmd.Args.Kind().Marks() {
		old := o.queuedRead(cmd.Ticket)
		if old != nil && !further(old.Command.Args, cmd.Args) {
			return o.copy(old), nil
		}
		if old != nil {
			r.Drop = old.ID
		}
	}
	if err := o.write(r); err != nil {
		return Item{}, err
	}
	return o.copy(o.byID[cmd.ID]), nil
}

// further reports whether a read mark says more than an earlier one.
func further(old, is desk.Args) bool {
	switch a := is.(type) {
	case desk.MarkRead:
		b, same := old.(desk.MarkRead)
		return !same || b.Seq < a.Seq
	case desk.ReadArticle:
		b, same := old.(desk.ReadArticle)
		return !same || b.Published.Before(a.Published)
	}
	return true
}

// queuedRead gives the read mark of a ticket or an article that has not been sent: a further
// one replaces it, so that a day offline leaves one for each ticket.
func (o *Outbox) queuedRead(id desk.TicketID) *Item {
	for _, it := range o.items {
		if it.State == Queued && it.kind().Marks() && it.Command.Ticket == id {
			return it
		}
	}
	return nil
}

// copy gives an item to the outside, with what it waits for.
func (o *Outbox) copy(it *Item) Item {
	c := *it
	if it.State == Queued {
		for _, e := range o.items {
			if e == it {
				break
			}
			if e.kind() == desk.CmdOpen && e.State.NeedsPerson() && e.Command.Ticket == it.Command.Ticket {
				c.WaitsFor = e.ID
			}
		}
	}
	return c
}

func (o *Outbox) list(keep func(*Item) bool) []Item {
	o.mu.Lock()
	defer o.mu.Unlock()
	var out []Item
	for _, it := range o.items {
		if keep(it) {
			out = append(out, o.copy(it))
		}
	}
	return out
}

// Items gives every item in the order it is to be sent, confirmed ones as long
// as they are kept.
func (o *Outbox) Items() []Item { return o.list(func(*Item) bool { return true }) }

// OfTicket gives every item of a ticket in order.
func (o *Outbox) OfTicket(id desk.TicketID) []Item {
	return o.list(func(it *Item) bool { return it.Command.Ticket == id })
}

// Item gives one by its command's id.
func (o *Outbox) Item(id desk.CommandID) (Item, bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	it := o.byID[id]
	if it == nil {
		return Item{}, false
	}
	return o.copy(it), true
}

// Counts gives how many items wait to go and how many need the person. Read
// marks are not counted; nobody wrote them.
func (o *Outbox) Counts() (waiting, needs int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, it := range o.items {
		switch {
		case it.State.NeedsPerson():
			needs++
		case it.State.Waiting() && !it.kind().Marks():
			waiting++
		}
	}
	return waiting, needs
}

// Next gives up to limit items to send now, in the order of their numbers;
// each has its number on disk before Next returns. ready, if not nil, says
// whether an item may go, such as that its files are up. It is called with the
// outbox locked and must not call back.
//
// Within a ticket an item waits until the one before it has its answer,
// whatever that is: what somebody does after a reply rests on the reply. Then
// the queue moves on, except past an opening that needs its author, because
// the ticket does not exist without it. Read marks wait for the opening only,
// and nothing waits for them; nor for a reply with a large file, which may be on
// its way for days.
func (o *Outbox) Next(now time.Time, limit int, ready func(Item) bool) ([]Item, error) {
	var out []Item
	defer func() {
		if len(out) > 0 {
			o.tell()
		}
	}()
	o.queueing.Lock()
	defer o.queueing.Unlock()
	r := record{Op: opSend, DSeq: o.lastSent + 1}
	for _, it := range o.sendable(now) {
		if len(r.IDs) >= limit {
			break
		}
		if ready == nil || ready(o.copy(it)) {
			r.IDs = append(r.IDs, it.ID)
		}
	}
	if len(r.IDs) == 0 {
		return nil, nil
	}
	if err := o.write(r); err != nil {
		return nil, err
	}
	for _, id := range r.IDs {
		out = append(out, o.copy(o.byID[id]))
	}
	return out, nil
}

// sendable gives the queued items that nothing but their files may hold back.
func (o *Outbox) sendable(now time.Time) []*Item {
	var out []*Item
	busy := map[desk.TicketID]bool{}   // an earlier item has no answer
	closed := map[desk.TicketID]bool{} // the opening has none, or needs its author
	for _, it := range o.items {
		t, kind := it.Command.Ticket, it.kind()
		blocked := busy[t]
		if kind.Marks() {
			blocked = closed[t]
		}
		if it.State == Queued && kind != "" && !blocked && !closed[t] && !it.held(now) {
			out = append(out, it)
		}
		if kind == desk.CmdOpen && it.State != Confirmed {
			closed[t] = true
		}
		if it.State.Waiting() && !kind.Marks() && !it.large() {
			busy[t] = true
		}
	}
	return out
}

// Due is when the next item that only waits for its NotBefore may go, which is
// after now; zero if there is none. What Next passes over at now although its
// time has come waits for something else.
func (o *Outbox) Due(now time.Time) time.Time {
	o.mu.Lock()
	defer o.mu.Unlock()
	var due time.Time
	for _, it := range o.items {
		if it.State == Queued && it.held(now) && (due.IsZero() || it.NotBefore.Before(due)) {
			due = it.NotBefore
		}
	}
	return due
}

// Settle stores what the server answered and gives the item after it. An
// answer to something unknown or settled already changes nothing; the item is
// then as it is, or zero.
func (o *Outbox) Settle(r desk.Receipt) (Item, error) {
	o.queueing.Lock()
	it := o.byID[r.Command]
	if it == nil || it.State != Sent || it.DSeq != r.DSeq {
		defer o.queueing.Unlock()
		if it == nil {
			return Item{}, nil
		}
		return o.copy(it), nil
	}
	defer o.tell()
	defer o.queueing.Unlock()
	c := *it
	if err := o.write(record{Op: opSettle, ID: r.Command, DSeq: r.DSeq, Receipt: &r}); err != nil {
		return Item{}, err
	}
	if now := o.byID[r.Command]; now != nil {
		return o.copy(now), nil
	}
	c.State, c.Receipt = outcome(r.Outcome), &r
	return c, nil
}

// Resend gives the sent items without an answer from a number on, in order,
// for a server that asks for them again or after a reconnect.
func (o *Outbox) Resend(from uint64) []Item {
	out := o.list(func(it *Item) bool { return it.State == Sent && it.DSeq >= from })
	slices.SortFunc(out, func(a, b Item) int { return cmp.Compare(a.DSeq, b.DSeq) })
	return out
}

// FirstUnsettled is the lowest number sent and not answered, or the next one
// to be given if there is none.
func (o *Outbox) FirstUnsettled() uint64 {
	o.mu.Lock()
	defer o.mu.Unlock()
	first := o.lastSent + 1
	for _, it := range o.items {
		if it.State == Sent {
			first = min(first, it.DSeq)
		}
	}
	return first
}

// LastSent is the highest number given.
func (o *Outbox) LastSent() uint64 {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.lastSent
}

// SettledUpTo is the highest number ever answered.
func (o *Outbox) SettledUpTo() uint64 {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.settled
}

// mayChange gives the item if its author may still change or drop it.
func (o *Outbox) mayChange(id desk.CommandID) (*Item, error) {
	it := o.byID[id]
	switch {
	case it == nil:
		return nil, &desk.Error{Code: desk.CodeNotFound, Message: "This is not in the outbox any more."}
	case it.State == Sent, it.State == Queued && !it.SentAt.IsZero():
		// The second is one sent under a device id that was given up.
		return nil, &desk.Error{Code: desk.CodeConflict, Message: "This is on its way already and cannot be changed now.", Hint: "Wait for the answer; if it was not accepted, you can change it then."}
	case it.State == Confirmed:
		return nil, &desk.Error{Code: desk.CodeConflict, Message: "This was received already.", Hint: "Write a correction as a new message."}
	}
	return it, nil
}

// Edit replaces the command of an item that was never sent, or came back. One
// that came back needs a new id, because its old one has an answer. The item
// keeps its place in the queue.
func (o *Outbox) Edit(id desk.CommandID, cmd desk.Command) (Item, error) {
	defer o.tell()
	o.queueing.Lock()
	defer o.queueing.Unlock()
	it, err := o.mayChange(id)
	if err != nil {
		return Item{}, err
	}
	if taken := o.byID[cmd.ID]; taken != nil && (taken != it || it.State != Queued) {
		return Item{}, &desk.Error{Code: desk.CodeInvalid, Message: "Another message is kept under this name already."}
	}
	body, err := o.cfg.Encode(cmd)
	if err != nil {
		return Item{}, err
	}
	n := &Item{ID: cmd.ID, Command: cmd, State: Queued, QueuedAt: o.cfg.Now(), Body: body}
	if it.State == Queued {
		n.QueuedAt, n.NotBefore = it.QueuedAt, it.NotBefore
	}
	if err := o.write(record{Op: opReplace, ID: id, Item: n}); err != nil {
		return Item{}, err
	}
	return o.copy(o.byID[cmd.ID]), nil
}

// Retry queues an item that came back again as cmd, whose id must be new.
func (o *Outbox) Retry(id desk.CommandID, cmd desk.Command) (Item, error) {
	if it, ok := o.Item(id); ok && !it.State.NeedsPerson() {
		return Item{}, &desk.Error{Code: desk.CodeConflict, Message: "This did not come back, so there is nothing to try again."}
	}
	return o.Edit(id, cmd)
}

// change is what Discard and Release share.
func (o *Outbox) change(id desk.CommandID, what op) error {
	defer o.tell()
	o.queueing.Lock()
	defer o.queueing.Unlock()
	if _, err := o.mayChange(id); err != nil {
		return err
	}
	return o.write(record{Op: what, ID: id})
}

// Discard drops an item that was never sent, or came back. What hangs on a
// discarded opening comes back to its author as refused.
func (o *Outbox) Discard(id desk.CommandID) error { return o.change(id, opDiscard) }

// Release lets an item go before its NotBefore.
func (o *Outbox) Release(id desk.CommandID) error { return o.change(id, opRelease) }

// Requeue is for a server restored from an older backup that knows commands
// only up to number after: what was sent or confirmed beyond it is queued
// again, first and in the old order, with the same ids and bytes and new
// numbers. It gives how many.
func (o *Outbox) Requeue(after uint64) (int, error) {
	defer o.tell()
	o.queueing.Lock()
	defer o.queueing.Unlock()
	n := 0
	for _, it := range o.items {
		if it.DSeq > after && (it.State == Confirmed || it.State == Sent) {
			n++
		}
	}
	if n == 0 && o.lastSent <= after {
		return 0, nil
	}
	return n, o.write(record{Op: opRequeue, DSeq: after})
}

// Fork starts a new sequence of numbers for a new device id: what was sent
// without an answer is queued again, with the same ids and bytes. Where no
// number was given yet, nothing changes and nobody is told: who is told may try
// the server again, whose answer is to fork.
func (o *Outbox) Fork() error {
	o.queueing.Lock()
	if o.lastSent == 0 && o.settled == 0 {
		o.queueing.Unlock()
		return nil
	}
	defer o.tell()
	defer o.queueing.Unlock()
	return o.write(record{Op: opFork})
}
