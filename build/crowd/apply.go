package crowd

import (
	"time"

	"docket/app/desk"
	"docket/sync/wire"
)

// What follows runs with Client.mu held.

// welcomed takes the receipts and the lanes, then sends again what the server
// does not know.
func (c *Client) welcomed(f *wire.Welcome, tell *news) error {
	for _, r := range f.Receipts {
		c.settle(r, tell)
	}
	c.welcome = true
	if err := c.lanes(f.Lanes); err != nil {
		return err
	}
	return c.resend()
}

// lanes makes what is listed the only lanes and asks for the first page of
// those that are to be taken whole.
func (c *Client) lanes(states []wire.LaneState) error {
	listed := make(map[desk.LaneID]bool, len(states))
	for _, s := range states {
		listed[s.Lane] = true
		c.heads[s.Lane] = max(c.heads[s.Lane], s.Head)
		if s.State == wire.LaneSnapshot && !c.loading[s.Lane] {
			c.loading[s.Lane] = true
			delete(c.cursors, s.Lane)
			if err := send(c.conn, wire.Pull{Lane: s.Lane}); err != nil {
				return err
			}
		}
	}
	for lane := range c.heads {
		if !listed[lane] {
			delete(c.heads, lane)
			delete(c.cursors, lane)
			delete(c.loading, lane)
		}
	}
	c.check()
	return nil
}

// check notices that the client is current.
func (c *Client) check() {
	select {
	case <-c.current:
		return
	default:
	}
	if !c.welcome || len(c.loading) > 0 {
		return
	}
	for lane, head := range c.heads {
		if c.cursors[lane].Seq < head {
			return
		}
	}
	close(c.current)
}

func (c *Client) page(f *wire.Page) error {
	if !c.loading[f.Lane] {
		return nil
	}
	c.pages.Add(1)
	p, err := wire.DecodePage(f.Body)
	if err != nil {
		c.broken.Add(1)
		return err
	}
	for i := range p.Items {
		// A page holds whole tickets, and may be older than a batch of another lane.
		it := &p.Items[i]
		if n := last(it); n > c.have[it.Ticket] {
			c.have[it.Ticket] = n
		}
	}
	if p.Next != "" {
		return send(c.conn, wire.Pull{Lane: f.Lane, Token: p.Next})
	}
	delete(c.loading, f.Lane)
	c.cursors[f.Lane] = desk.Cursor{Lane: f.Lane, Epoch: p.Epoch, Seq: p.AsOf, Hash: p.Hash}
	c.check()
	return nil
}

func last(it *desk.Item) uint64 {
	if len(it.Entries) == 0 {
		return 0
	}
	return it.FromSeq + uint64(len(it.Entries)) - 1
}

// ack acknowledges a batch as the program does.
func (c *Client) ack(lane desk.LaneID, seq uint64, bytes int) error {
	if c.cfg.Deaf {
		return nil
	}
	if c.acks.Add(lane, seq, bytes) {
		return c.acknowledge()
	}
	if !c.late {
		c.late = true
		time.AfterFunc(wire.AckWithin, func() {
			c.mu.Lock()
			defer c.mu.Unlock()
			c.late = false
			_ = c.acknowledge() // a connection that ended says so elsewhere
		})
	}
	return nil
}

func (c *Client) acknowledge() error {
	for _, a := range c.acks.Take() {
		if err := send(c.conn, a); err != nil {
			return err
		}
	}
	return nil
}

func (c *Client) batch(f *wire.Batch, bytes int, tell *news) error {
	c.batches.Add(1)
	cur := c.cursors[f.Lane]
	switch {
	case c.loading[f.Lane]:
		return c.ack(f.Lane, f.Last, bytes)
	case f.Last <= cur.Seq:
		c.doubled.Add(1)
	case f.Prev != cur.Seq:
		c.missing.Add(int64(f.Prev) - int64(cur.Seq))
	}
	c.cursors[f.Lane] = desk.Cursor{Lane: f.Lane, Epoch: f.Epoch, Seq: f.Last, Hash: f.Hash}
	if c.cfg.Moved != nil {
		tell.moved = append(tell.moved, c.cursors[f.Lane])
	}
	var fetch []desk.TicketID
	for i := range f.Items {
		it := &f.Items[i]
		switch it.Kind {
		case desk.ItemEnter, desk.ItemDelta:
			if len(it.Entries) == 0 && it.FromSeq > c.have[it.Ticket]+1 {
				fetch = append(fetch, it.Ticket) // it did not fit
				continue
			}
			c.take(it, tell)
		case desk.ItemLeave, desk.ItemPurge:
			// The ticket may still be here through another lane; what comes of it
			// later begins at its first entry then.
		}
	}
	if len(fetch) > 0 {
		c.fetched.Add(int64(len(fetch)))
		if err := send(c.conn, wire.Fetch{Tickets: fetch}); err != nil {
			return err
		}
	}
	c.check()
	return c.ack(f.Lane, f.Last, bytes)
}

// take counts the entries of an item that are new here.
func (c *Client) take(it *desk.Item, tell *news) {
	have := c.have[it.Ticket]
	if len(it.Entries) == 0 {
		return // only the head changed
	}
	if it.FromSeq > have+1 {
		c.missing.Add(int64(it.FromSeq - have - 1))
	}
	for i, e := range it.Entries {
		seq := it.FromSeq + uint64(i)
		if seq <= have {
			c.again.Add(1)
			continue
		}
		have = seq
		c.entries.Add(1)
		if c.cfg.Arrived != nil {
			tell.entries = append(tell.entries, arrival{it.Ticket, seq, e})
		}
	}
	c.have[it.Ticket] = have
}

func (c *Client) tickets(f *wire.Tickets, tell *news) error {
	items, err := c.join.Add(*f)
	if err != nil {
		c.broken.Add(1)
		return err
	}
	for i := range items {
		if items[i].Kind == desk.ItemEnter {
			c.take(&items[i], tell)
		}
	}
	return nil
}

func (c *Client) answers(f *wire.Receipts, tell *news) error {
	for _, r := range f.Receipts {
		c.settle(r, tell)
	}
	switch {
	case f.Retry != nil:
		conn := c.conn
		time.AfterFunc(time.Duration(f.RetryAfter)*time.Millisecond, func() {
			c.mu.Lock()
			defer c.mu.Unlock()
			if c.conn == conn && c.welcome {
				_ = c.resend() // a connection that ended resends after its welcome
			}
		})
		return nil
	case f.Gap != 0:
		return c.resend()
	}
	return nil
}

// resend sends everything without a receipt, in order.
func (c *Client) resend() error {
	for _, p := range wire.SplitPush(c.sent) {
		if err := send(c.conn, p); err != nil {
			return err
		}
	}
	return nil
}

func (c *Client) settle(r desk.Receipt, tell *news) {
	if len(c.sent) == 0 || r.DSeq < c.sent[0].DSeq {
		return // sent again, and answered before
	}
	if r.DSeq != c.sent[0].DSeq || r.Hash != wire.Hash(c.sent[0].Body) {
		c.broken.Add(1)
		return
	}
	c.sent = c.sent[1:]
	c.settled = r.DSeq
	c.receipts.Add(1)
	if c.cfg.Answered != nil {
		tell.receipts = append(tell.receipts, r)
	}
}
